// Does the accounting of what a hub delivers. It knows the MQTT contract of docs/messages.md and nothing else: arrays of
// events on one topic; (hub, journal, seq) names an event; seq goes up by one; an event.removed stands for first to seq;
// what was delivered may come again.
//
//   accountant HOST PORT TOPIC REPORT
//
// Subscribes with a session of its own that outlives the broker's restarts and its own. After every message it writes
// one line to REPORT: events last duplicates rewind gaps journals
//   events      different events received
//   last        the highest seq of the latest journal
//   duplicates  events received again
//   rewind      the farthest that delivery ever went back
//   gaps        events that were passed over: lost, or out of order
//   journals    how many journals there were
#include <ctype.h>
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *topic, *report;
static unsigned long long events, last, duplicates, rewound, gaps, journals;
static char journal[33];

static void take(const char *id, unsigned long long first, unsigned long long seq) {
    if (strcmp(id, journal) != 0) {
        snprintf(journal, sizeof journal, "%s", id);
        journals++;
        last = 0;
    }
    if (seq <= last) {
        duplicates += seq - first + 1;
        if (last - first + 1 > rewound) rewound = last - first + 1;
        return;
    }
    if (first <= last) {
        duplicates += last - first + 1;
        first = last + 1;
    }
    if (first > last + 1) gaps += first - last - 1;
    events += seq - first + 1;
    last = seq;
}

// One element of the array: the values of its own keys, not of those of objects in it.
static const char *element(const char *text, const char *end) {
    char id[33] = "", type[64] = "", key[64] = "";
    unsigned long long seq = 0, first = 0;
    int depth = 0, expects_key = 0;
    for (; text < end; text++) {
        if (*text == '{' || *text == '[') {
            depth++;
            expects_key = *text == '{';
        } else if (*text == '}' || *text == ']') {
            if (--depth == 0) {
                take(id, strcmp(type, "event.removed") == 0 ? first : seq, seq);
                return text + 1;
            }
        } else if (*text == ',') {
            expects_key = 1;
        } else if (*text == '"') {
            const char *start = ++text;
            while (text < end && *text != '"') text += *text == '\\' ? 2 : 1;
            int length = (int)(text - start);
            if (expects_key) {
                snprintf(key, sizeof key, "%.*s", length, start);
                expects_key = 0;
            } else if (depth == 1 && strcmp(key, "journal") == 0) {
                snprintf(id, sizeof id, "%.*s", length, start);
            } else if (depth == 1 && strcmp(key, "type") == 0) {
                snprintf(type, sizeof type, "%.*s", length, start);
            }
        } else if (isdigit((unsigned char)*text) && depth == 1) {
            char *rest;
            unsigned long long number = strtoull(text, &rest, 10);
            if (strcmp(key, "seq") == 0) seq = number;
            if (strcmp(key, "first") == 0) first = number;
            text = rest - 1;
        }
    }
    return end;
}

static void on_message(struct mosquitto *client, void *data, const struct mosquitto_message *message) {
    (void)client, (void)data;
    const char *text = message->payload, *end = text + message->payloadlen;
    if (text == end || *text != '[') {
        gaps++;
        return;
    }
    for (text++; text < end && *text != ']'; text++)
        if (*text == '{') text = element(text, end) - 1;
    // Complete or not at all: whoever reads it finds a whole line.
    char draft[4096];
    snprintf(draft, sizeof draft, "%s.new", report);
    FILE *file = fopen(draft, "w");
    if (!file) exit(1);
    fprintf(file, "%llu %llu %llu %llu %llu %llu\n", events, last, duplicates, rewound, gaps, journals);
    fclose(file);
    rename(draft, report);
}

static void on_connect(struct mosquitto *client, void *data, int code) {
    (void)data;
    if (code == 0) mosquitto_subscribe(client, NULL, topic, 1);
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: accountant HOST PORT TOPIC REPORT\n");
        return 2;
    }
    topic = arguments[3];
    report = arguments[4];
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new("accountant", false, NULL);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_message_callback_set(client, on_message);
    mosquitto_reconnect_delay_set(client, 1, 1, false);
    while (mosquitto_connect(client, arguments[1], atoi(arguments[2]), 10) != MOSQ_ERR_SUCCESS) {
        struct timespec wait = {0, 50000000};
        nanosleep(&wait, NULL);
    }
    mosquitto_loop_forever(client, 100, 1);
    return 1;
}
