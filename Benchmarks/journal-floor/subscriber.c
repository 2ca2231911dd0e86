// Notes when each event reaches a subscriber: the other end of hub-floor and of 'hubbench live'.
//
//   subscriber PORT TOPIC EVENTS      prints each event's number and the moment (CLOCK_MONOTONIC, nanoseconds)
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static long wanted, count;
static long long *numbers, *moments;

static void on_message(struct mosquitto *client, void *data, const struct mosquitto_message *message) {
    (void)data;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    const char *at = message->payload, *end = at + message->payloadlen;
    while ((at = memmem(at, (size_t)(end - at), "{\"seq\":", 7)) != NULL && count < wanted) {
        at += 7;
        numbers[count] = atoll(at);
        moments[count++] = time.tv_sec * 1000000000LL + time.tv_nsec;
    }
    if (count >= wanted) mosquitto_disconnect(client);
}

int main(int arguments, char **values) {
    if (arguments != 4) return 2;
    wanted = atol(values[3]);
    numbers = calloc((size_t)wanted, sizeof *numbers);
    moments = calloc((size_t)wanted, sizeof *moments);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new(NULL, true, NULL);
    mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_message_callback_set(client, on_message);
    if (mosquitto_connect(client, "127.0.0.1", atoi(values[1]), 60) != MOSQ_ERR_SUCCESS) return 1;
    if (mosquitto_subscribe(client, NULL, values[2], 1) != MOSQ_ERR_SUCCESS) return 1;
    mosquitto_loop_forever(client, -1, 1);
    for (long i = 0; i < count; i++) printf("%lld %lld\n", numbers[i], moments[i]);
    return count == wanted ? 0 : 1;
}
