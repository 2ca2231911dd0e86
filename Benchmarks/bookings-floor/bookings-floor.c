// The floor of what RegioHub does with a million bookings: a table, a bare bulk insert, a bare prepared lookup, and a
// program that opens SQLite and makes one decision.
//
//   bookings-floor insert FILE COUNT     seconds for COUNT rows and their indexes, on disk
//   bookings-floor lookup FILE COUNT N   50th and 99th percentile of N lookups by a credential's token, nanoseconds
//   bookings-floor decide FILE COUNT     opens, looks one credential up, records the decision durably; prints nothing
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void need(int code, int wanted, sqlite3 *database) {
    if (code == wanted) return;
    fprintf(stderr, "bookings-floor: %s\n", sqlite3_errmsg(database));
    exit(1);
}

static void run(sqlite3 *database, const char *sql) {
    need(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK, database);
}

// The bytes of a credential's keyed hash look like this: spread, and the same every time (SplitMix64).
static uint64_t mixed(uint64_t number) {
    uint64_t value = number * 0x9E3779B97F4A7C15u;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

static void token(uint64_t number, unsigned char bytes[16]) {
    uint64_t high = mixed(2 * number + 1), low = mixed(2 * number + 2);
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)(high >> (56 - 8 * i));
        bytes[8 + i] = (unsigned char)(low >> (56 - 8 * i));
    }
}

static int by_size(const void *left, const void *right) {
    uint64_t l = *(const uint64_t *)left, r = *(const uint64_t *)right;
    return (l > r) - (l < r);
}

static void insert(const char *file, long count) {
    uint64_t start = nanoseconds();
    sqlite3 *database;
    sqlite3_stmt *put;
    need(sqlite3_open(file, &database), SQLITE_OK, database);
    // What RegioHub's feed is written with: the file is synced as a whole at the end.
    run(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
                  "PRAGMA cache_size = -2048;"
                  "CREATE TABLE booking (id TEXT NOT NULL, space TEXT NOT NULL, length INTEGER NOT NULL,"
                  " starts INTEGER NOT NULL, ends INTEGER NOT NULL, party INTEGER, uses INTEGER,"
                  " cancelled INTEGER NOT NULL, tokens BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT; BEGIN");
    need(sqlite3_prepare_v2(database, "INSERT INTO booking VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", -1, &put,
                            NULL), SQLITE_OK, database);
    for (long i = 0; i < count; i++) {
        char id[32];
        unsigned char bytes[16];
        int length = snprintf(id, sizeof id, "B-2026-%08ld", i);
        token((uint64_t)i, bytes);
        sqlite3_int64 from = 1795392000000 + (sqlite3_int64)(i - count / 2) * 31536;
        sqlite3_bind_text(put, 1, id, length, SQLITE_STATIC);
        sqlite3_bind_text(put, 2, "coworking", 9, SQLITE_STATIC);
        sqlite3_bind_int64(put, 3, 1);
        sqlite3_bind_int64(put, 4, from);
        sqlite3_bind_int64(put, 5, from + 7200000);
        sqlite3_bind_null(put, 6);
        sqlite3_bind_null(put, 7);
        sqlite3_bind_int64(put, 8, 0);
        sqlite3_bind_blob(put, 9, bytes, 16, SQLITE_STATIC);
        sqlite3_bind_int64(put, 10, i);
        need(sqlite3_step(put), SQLITE_DONE, database);
        sqlite3_reset(put);
    }
    run(database, "COMMIT; CREATE INDEX booking_time ON booking (length, starts, ends);"
                  "CREATE UNIQUE INDEX booking_id ON booking (id)");
    sqlite3_finalize(put);
    sqlite3_close(database);
    int number = open(file, O_RDWR);
    if (number < 0 || fsync(number) != 0) exit(1);
    close(number);
    printf("%.6f\n", (double)(nanoseconds() - start) / 1e9);
    // For the lookups; not a part of the time, because RegioHub has no such index.
    need(sqlite3_open(file, &database), SQLITE_OK, database);
    run(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE INDEX booking_token ON booking (tokens);"
                  "CREATE TABLE decision (at INTEGER, booking TEXT)");
    run(database, "PRAGMA journal_mode = WAL");
    sqlite3_close(database);
}

static sqlite3_stmt *prepared(sqlite3 *database) {
    sqlite3_stmt *find;
    need(sqlite3_prepare_v3(database, "SELECT id, starts, ends, cancelled FROM booking WHERE tokens = ?1", -1,
                            SQLITE_PREPARE_PERSISTENT, &find, NULL), SQLITE_OK, database);
    return find;
}

static int found(sqlite3_stmt *find, uint64_t number) {
    unsigned char bytes[16];
    int rows = 0;
    token(number, bytes);
    sqlite3_bind_blob(find, 1, bytes, 16, SQLITE_STATIC);
    while (sqlite3_step(find) == SQLITE_ROW) rows += sqlite3_column_int64(find, 1) < sqlite3_column_int64(find, 2);
    sqlite3_reset(find);
    return rows;
}

static void lookup(const char *file, long count, long times) {
    sqlite3 *database;
    need(sqlite3_open(file, &database), SQLITE_OK, database);
    run(database, "PRAGMA locking_mode = EXCLUSIVE");
    sqlite3_stmt *find = prepared(database);
    uint64_t *took = malloc((size_t)times * sizeof *took);
    long rows = 0;
    for (long i = 0; i < times; i++) {
        uint64_t number = mixed((uint64_t)i) % (uint64_t)count;
        uint64_t start = nanoseconds();
        rows += found(find, number);
        took[i] = nanoseconds() - start;
    }
    if (rows != times) exit(1);
    qsort(took, (size_t)times, sizeof *took, by_size);
    printf("%llu %llu\n", (unsigned long long)took[times / 2], (unsigned long long)took[times * 99 / 100]);
}

static void decide(const char *file, long count) {
    sqlite3 *database;
    need(sqlite3_open(file, &database), SQLITE_OK, database);
    run(database, "PRAGMA synchronous = FULL");
    if (found(prepared(database), (uint64_t)count / 2) != 1) exit(1);
    run(database, "INSERT INTO decision VALUES (1795392000000, 'B-2026-00500000')");
    sqlite3_close(database);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "insert") == 0) insert(argv[2], atol(argv[3]));
    else if (argc == 5 && strcmp(argv[1], "lookup") == 0) lookup(argv[2], atol(argv[3]), atol(argv[4]));
    else if (argc == 4 && strcmp(argv[1], "decide") == 0) decide(argv[2], atol(argv[3]));
    else {
        fprintf(stderr, "usage: bookings-floor insert FILE COUNT | lookup FILE COUNT TIMES | decide FILE COUNT\n");
        return 2;
    }
    return 0;
}
