// A bad line between a hub and its broker: acknowledgements (PUBACK) come late or twice, and connections break.
//
//   bad-line PORT BROKER_PORT SEED
//
// Listens on PORT and passes everything on to BROKER_PORT, one connection at a time. What the broker says is cut into its
// packets (MQTT 5, 2.1.1); a PUBACK is held back by up to 30 ms in one case of four, sent twice in one of ten; after one
// of two hundred packets the connection is closed in the middle.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t state;

// SplitMix64 (Steele, Lea, Flood 2014).
static uint64_t next(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int once(int in) { return next() % (uint64_t)in == 0; }

static int put(int socket, const unsigned char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        bytes += sent;
        count -= (size_t)sent;
    }
    return 1;
}

static struct sockaddr_in local(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Passes whole packets of the broker on; returns how many bytes of `buffer` were used, or -1 to break the line.
static ssize_t pass(int hub, unsigned char *buffer, size_t filled) {
    size_t used = 0;
    while (filled - used >= 2) {
        size_t length = 0, header = 1;
        int shift = 0, is_whole = 0;
        while (used + header < filled && header < 5) {
            unsigned char byte = buffer[used + header++];
            length |= (size_t)(byte & 0x7F) << shift;
            shift += 7;
            if (!(byte & 0x80)) {
                is_whole = 1;
                break;
            }
        }
        if (!is_whole || filled - used < header + length) break;
        int is_acknowledgement = buffer[used] >> 4 == 4;
        if (is_acknowledgement && once(4)) usleep((useconds_t)(next() % 30000));
        if (!put(hub, buffer + used, header + length)) return -1;
        if (is_acknowledgement && once(10) && !put(hub, buffer + used, header + length)) return -1;
        if (is_acknowledgement && once(200)) return -1;
        used += header + length;
    }
    return (ssize_t)used;
}

static void serve(int hub, int broker) {
    static unsigned char incoming[1 << 20], outgoing[1 << 16];
    size_t filled = 0;
    for (;;) {
        struct pollfd ends[2] = {{hub, POLLIN, 0}, {broker, POLLIN, 0}};
        if (poll(ends, 2, -1) <= 0) return;
        if (ends[0].revents) {
            ssize_t count = recv(hub, outgoing, sizeof outgoing, 0);
            if (count <= 0 || !put(broker, outgoing, (size_t)count)) return;
        }
        if (ends[1].revents) {
            ssize_t count = recv(broker, incoming + filled, sizeof incoming - filled, 0);
            if (count <= 0) return;
            filled += (size_t)count;
            ssize_t used = pass(hub, incoming, filled);
            if (used < 0) return;
            memmove(incoming, incoming + used, filled - (size_t)used);
            filled -= (size_t)used;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 4) {
        fprintf(stderr, "usage: bad-line PORT BROKER_PORT SEED\n");
        return 2;
    }
    state = strtoull(arguments[3], NULL, 10);
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in here = local(atoi(arguments[1])), there = local(atoi(arguments[2]));
    if (bind(listener, (struct sockaddr *)&here, sizeof here) != 0 || listen(listener, 8) != 0) {
        perror("bad-line");
        return 1;
    }
    for (;;) {
        int hub = accept(listener, NULL, NULL);
        if (hub < 0) continue;
        int broker = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(broker, (struct sockaddr *)&there, sizeof there) == 0) {
            setsockopt(hub, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            setsockopt(broker, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            serve(hub, broker);
        }
        close(hub);
        close(broker);
    }
}
