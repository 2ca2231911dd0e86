// Seconds from the start of a program until it says READY=1 to its service manager (sd_notify(3)), or until it ends.
//
//   start-clock ready|exit PROGRAM ARGUMENT …
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    int awaits_ready = strcmp(argv[1], "ready") == 0;
    int number = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/start-clock.%d", (int)getpid());
    unlink(address.sun_path);
    if (bind(number, (struct sockaddr *)&address, sizeof address) != 0) return 1;
    setenv("NOTIFY_SOCKET", address.sun_path, 1);
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr)) _exit(127);
        execv(argv[2], argv + 2);
        _exit(127);
    }
    char text[256];
    int status = 0;
    while (awaits_ready) {
        ssize_t count = recv(number, text, sizeof text - 1, 0);
        if (count < 0) break;
        text[count] = 0;
        if (strstr(text, "READY=1")) break;
    }
    if (!awaits_ready) waitpid(child, &status, 0);
    double seconds = now() - start;
    if (awaits_ready) {
        kill(child, SIGTERM);
        waitpid(child, &status, 0);
    }
    unlink(address.sun_path);
    if (status != 0) return 1;
    printf("%.6f\n", seconds);
    return 0;
}
