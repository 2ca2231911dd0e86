// The floor of the journal's work: rows of 200 bytes into one SQLite table, durable, and nothing else.
//
//   journal-floor FILE ROWS ROWS_PER_COMMIT      prints the seconds it took and the bytes written (proc(5): write_bytes)
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void check(sqlite3 *db, int code, const char *what) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "journal-floor: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: journal-floor FILE ROWS ROWS_PER_COMMIT\n");
        return 2;
    }
    const long rows = atol(arguments[2]), batch = atol(arguments[3]);
    sqlite3 *db;
    check(NULL, sqlite3_open(arguments[1], &db), "open");
    check(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE event(seq INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT", NULL, NULL, NULL), "set up");
    sqlite3_stmt *insert, *begin, *commit;
    check(db, sqlite3_prepare_v2(db, "INSERT INTO event VALUES(?1, ?2)", -1, &insert, NULL), "prepare");
    check(db, sqlite3_prepare_v2(db, "BEGIN", -1, &begin, NULL), "prepare");
    check(db, sqlite3_prepare_v2(db, "COMMIT", -1, &commit, NULL), "prepare");
    char payload[200];
    memset(payload, 'x', sizeof payload);

    const double start = now();
    for (long seq = 1; seq <= rows;) {
        check(db, sqlite3_step(begin), "begin");
        sqlite3_reset(begin);
        for (long i = 0; i < batch && seq <= rows; i++, seq++) {
            sqlite3_bind_int64(insert, 1, seq);
            sqlite3_bind_blob(insert, 2, payload, sizeof payload, SQLITE_STATIC);
            check(db, sqlite3_step(insert), "insert");
            sqlite3_reset(insert);
        }
        check(db, sqlite3_step(commit), "commit");
        sqlite3_reset(commit);
    }
    const double seconds = now() - start;
    sqlite3_finalize(insert);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    sqlite3_close(db);
    long bytes = 0;
    char line[128];
    FILE *io = fopen("/proc/self/io", "r");
    while (io && fgets(line, sizeof line, io)) sscanf(line, "write_bytes: %ld", &bytes);
    printf("%.6f %ld\n", seconds, bytes);
    return 0;
}
