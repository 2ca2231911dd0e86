// The floor of delivery: reads rows of a SQLite table in order, publishes each batch as one JSON array with QoS 1, keeps
// a window of batches in flight, and deletes what is acknowledged. Nothing else.
//
//   drain-floor FILE PORT TOPIC BATCH WINDOW       prints the seconds until all is acknowledged and deleted
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int acknowledged;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void on_publish(struct mosquitto *client, void *data, int id) {
    (void)client, (void)data, (void)id;
    acknowledged++;
}

static void need(int is_fine, const char *what) {
    if (is_fine) return;
    fprintf(stderr, "drain-floor: %s\n", what);
    exit(1);
}

int main(int count, char **arguments) {
    need(count == 6, "usage: drain-floor FILE PORT TOPIC BATCH WINDOW");
    const int batch = atoi(arguments[4]), window = atoi(arguments[5]);
    sqlite3 *db;
    sqlite3_stmt *select, *delete;
    need(sqlite3_open(arguments[1], &db) == SQLITE_OK, "open");
    need(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL) == SQLITE_OK, "set up");
    need(sqlite3_prepare_v2(db, "SELECT seq, payload FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2", -1, &select, NULL)
        == SQLITE_OK, "prepare");
    need(sqlite3_prepare_v2(db, "DELETE FROM event WHERE seq <= ?1", -1, &delete, NULL) == SQLITE_OK, "prepare");
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("drain-floor", true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_publish_callback_set(client, on_publish);
    need(mosquitto_connect(client, "127.0.0.1", atoi(arguments[2]), 60) == MOSQ_ERR_SUCCESS, "connect");

    static sqlite3_int64 lasts[1 << 20];
    char *message = malloc(1 << 22);
    int sent = 0, settled = 0, is_done = 0;
    sqlite3_int64 last = 0;
    const double start = now();
    while (!is_done || settled < sent) {
        while (!is_done && sent - acknowledged < window) {
            size_t length = 0;
            sqlite3_bind_int64(select, 1, last);
            sqlite3_bind_int(select, 2, batch);
            while (sqlite3_step(select) == SQLITE_ROW) {
                message[length] = length ? ',' : '[';
                size_t size = (size_t)sqlite3_column_bytes(select, 1);
                memcpy(message + length + 1, sqlite3_column_blob(select, 1), size);
                length += size + 1;
                last = sqlite3_column_int64(select, 0);
            }
            sqlite3_reset(select);
            if (!length) {
                is_done = 1;
                break;
            }
            message[length++] = ']';
            need(mosquitto_publish(client, NULL, arguments[3], (int)length, message, 1, false) == MOSQ_ERR_SUCCESS,
                "publish");
            lasts[sent++] = last;
        }
        need(mosquitto_loop(client, 10, 100) == MOSQ_ERR_SUCCESS, "connection");
        // Deleted in bulk, as RegioHub does: about 1,024 rows at a time.
        if (acknowledged > settled && (lasts[acknowledged - 1] - (settled ? lasts[settled - 1] : 0) >= 1024 ||
            (is_done && acknowledged == sent))) {
            sqlite3_bind_int64(delete, 1, lasts[acknowledged - 1]);
            need(sqlite3_step(delete) == SQLITE_DONE, "delete");
            sqlite3_reset(delete);
            settled = acknowledged;
        }
    }
    printf("%.6f\n", now() - start);
    return 0;
}
