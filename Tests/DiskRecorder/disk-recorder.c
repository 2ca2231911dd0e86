// Loaded in front of the C library (LD_PRELOAD): records every change a program makes to files below DISK_RECORD_DIR,
// in order, into the file DISK_RECORD. A test then replays it up to any point, as a power cut there would have left the
// disk.
//
// A record: one byte (W write, T truncate, S sync, U unlink, R rename, N note), then as 64-bit little-endian numbers the
// length of the name, a, b; the name; and for W b bytes. W: a offset, b length. T: a size. R: name is "old\nnew".
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record = -1;
static char directory[PATH_MAX];

__attribute__((constructor)) static void begin(void) {
    const char *base = getenv("DISK_RECORD_DIR"), *path = getenv("DISK_RECORD");
    if (!base || !path) return;
    snprintf(directory, sizeof directory, "%s/", base);
    record = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void raw(const void *bytes, size_t count) {
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = syscall(SYS_write, record, next, count);
        if (written <= 0) abort();
        next += written;
        count -= (size_t)written;
    }
}

static void put(char kind, const char *name, uint64_t a, uint64_t b, const void *bytes) {
    uint64_t numbers[3] = {strlen(name), a, b};
    pthread_mutex_lock(&lock);
    raw(&kind, 1);
    raw(numbers, sizeof numbers);
    raw(name, strlen(name));
    if (kind == 'W') raw(bytes, b);
    pthread_mutex_unlock(&lock);
}

// The name of an open file below the directory, or NULL.
static const char *watched(int file, char *path) {
    if (record < 0 || file < 0) return NULL;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return NULL;
    path[length] = 0;
    size_t prefix = strlen(directory);
    return strncmp(path, directory, prefix) == 0 ? path + prefix : NULL;
}

static const char *named(const char *path) {
    size_t prefix = strlen(directory);
    return record >= 0 && strncmp(path, directory, prefix) == 0 ? path + prefix : NULL;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    ssize_t written = NEXT(pwrite64)(file, bytes, count, offset);
    char path[PATH_MAX];
    const char *name = written > 0 ? watched(file, path) : NULL;
    if (name) put('W', name, (uint64_t)offset, (uint64_t)written, bytes);
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

ssize_t write(int file, const void *bytes, size_t count) {
    off_t offset = lseek(file, 0, SEEK_CUR);
    ssize_t written = NEXT(write)(file, bytes, count);
    char path[PATH_MAX];
    const char *name = written > 0 && offset >= 0 ? watched(file, path) : NULL;
    // What the program says it was told goes into the record at its place.
    if (name && strcmp(name, "notes") == 0) put('N', bytes, 0, 0, NULL);
    else if (name) put('W', name, (uint64_t)offset, (uint64_t)written, bytes);
    return written;
}

int ftruncate64(int file, off64_t size) {
    int outcome = NEXT(ftruncate64)(file, size);
    char path[PATH_MAX];
    const char *name = outcome == 0 ? watched(file, path) : NULL;
    if (name) put('T', name, (uint64_t)size, 0, NULL);
    return outcome;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int synced(int file, int outcome) {
    char path[PATH_MAX];
    const char *name = outcome == 0 ? watched(file, path) : NULL;
    if (name) put('S', name, 0, 0, NULL);
    return outcome;
}

int fsync(int file) { return synced(file, NEXT(fsync)(file)); }
int fdatasync(int file) { return synced(file, NEXT(fdatasync)(file)); }

int unlink(const char *path) {
    int outcome = NEXT(unlink)(path);
    const char *name = outcome == 0 ? named(path) : NULL;
    if (name) put('U', name, 0, 0, NULL);
    return outcome;
}

int rename(const char *old, const char *new) {
    int outcome = NEXT(rename)(old, new);
    if (outcome == 0 && named(old) && named(new)) {
        char both[2 * PATH_MAX];
        snprintf(both, sizeof both, "%s\n%s", named(old), named(new));
        put('R', both, 0, 0, NULL);
    }
    return outcome;
}
