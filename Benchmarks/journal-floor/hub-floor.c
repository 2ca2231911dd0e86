// The floor of a hub's journal: commits an event, publishes it with QoS 1, deletes what is acknowledged. Nothing else.
//
//   hub-floor FILE PORT TOPIC EVENTS PER_SECOND      events of 200 bytes, PER_SECOND of them each second
//
// Prints for each event its number and the moments (CLOCK_MONOTONIC, nanoseconds) before and after its commit. With
// EVENTS 0 it stays connected and waits, until it is ended.
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long acknowledged;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void on_publish(struct mosquitto *client, void *data, int id) {
    (void)client, (void)data, (void)id;
    acknowledged++;
}

static void need(int is_fine, const char *what) {
    if (is_fine) return;
    fprintf(stderr, "hub-floor: %s\n", what);
    exit(1);
}

int main(int count, char **arguments) {
    need(count == 6, "usage: hub-floor FILE PORT TOPIC EVENTS PER_SECOND");
    const long events = atol(arguments[4]);
    sqlite3 *db;
    sqlite3_stmt *insert, *delete;
    need(sqlite3_open(arguments[1], &db) == SQLITE_OK, "open");
    need(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS event(seq INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT", NULL, NULL, NULL)
        == SQLITE_OK, "set up");
    need(sqlite3_prepare_v2(db, "INSERT INTO event VALUES(?1, ?2)", -1, &insert, NULL) == SQLITE_OK, "prepare");
    need(sqlite3_prepare_v2(db, "DELETE FROM event WHERE seq <= ?1", -1, &delete, NULL) == SQLITE_OK, "prepare");
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("hub-floor", true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_publish_callback_set(client, on_publish);
    need(mosquitto_connect(client, "127.0.0.1", atoi(arguments[2]), 30) == MOSQ_ERR_SUCCESS, "connect");
    if (events == 0) return mosquitto_loop_forever(client, -1, 1);

    const long long step = 1000000000LL / atol(arguments[5]);
    long long *before = calloc((size_t)events, sizeof *before), *after = calloc((size_t)events, sizeof *after);
    long deleted = 0;
    for (long long seq = 1, due = now() + step; seq <= events || acknowledged < events;) {
        long long left = due - now();
        if (seq > events || left > 0) {
            need(mosquitto_loop(client, seq > events ? 100 : (int)((left + 999999) / 1000000), 1) == MOSQ_ERR_SUCCESS,
                "connection");
        } else {
            char event[201];
            int length = snprintf(event, sizeof event, "[{\"seq\":%lld,\"text\":\"", seq);
            memset(event + length, 'x', sizeof event - (size_t)length);
            memcpy(event + 197, "\"}]", 3);
            before[seq - 1] = now();
            sqlite3_bind_int64(insert, 1, seq);
            sqlite3_bind_blob(insert, 2, event, 200, SQLITE_STATIC);
            need(sqlite3_step(insert) == SQLITE_DONE, "insert");
            sqlite3_reset(insert);
            after[seq - 1] = now();
            need(mosquitto_publish(client, NULL, arguments[3], 200, event, 1, false) == MOSQ_ERR_SUCCESS, "publish");
            seq++;
            due += step;
        }
        if (acknowledged - deleted >= 256) {
            deleted = acknowledged;
            sqlite3_bind_int64(delete, 1, deleted);
            need(sqlite3_step(delete) == SQLITE_DONE, "delete");
            sqlite3_reset(delete);
        }
    }
    for (long seq = 1; seq <= events; seq++) printf("%ld %lld %lld\n", seq, before[seq - 1], after[seq - 1]);
    return 0;
}
