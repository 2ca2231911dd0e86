// What the Glibc module of Swift lacks of Linux. Header only.
#ifndef CLINUX_H
#define CLINUX_H

#include <sys/random.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/prctl.h>
#include <getopt.h>
#include <signal.h>
#include <unistd.h>

// The peer of a Unix socket (socket(7), SO_PEERCRED); glibc hides the type without _GNU_SOURCE.
struct clinux_peer {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

// No memory image of this process is written, whoever asks for it (prctl(2), PR_SET_DUMPABLE); prctl has a variable
// number of arguments, which Swift cannot call.
static inline int clinux_forbid_dumps(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// The next option of a command line (getopt_long(3)) and its argument. The library keeps its place in global variables,
// which Swift must not touch: for the one thread that a program starts with.
static inline int clinux_next_option(int count, char *const *arguments, const char *letters, const struct option *options,
                                     const char **value) {
    int option = getopt_long(count, arguments, letters, options, 0);
    *value = optarg;
    return option;
}

// Where the arguments begin that are no options, once there is no next option.
static inline int clinux_first_operand(void) {
    return optind;
}

#ifndef SO_PEERCRED
#define SO_PEERCRED 17
#endif

#endif
