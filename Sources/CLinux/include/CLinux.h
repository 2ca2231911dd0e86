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

#ifndef SO_PEERCRED
#define SO_PEERCRED 17
#endif

#endif
