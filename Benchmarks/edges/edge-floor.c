// The floor of reading edges: requests two lines and only reads their events with libgpiod, until COUNT were read or lost.
//
//   edge-floor CHIP LINE0 LINE1 COUNT
//
// Prints "edges lost seconds cpu_seconds peak_kB": from the first edge to the last, and of the process.
#include <gpiod.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double now(clockid_t clock)
{
	struct timespec time;
	clock_gettime(clock, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	unsigned int lines[2] = { atoi(argv[2]), atoi(argv[3]) };
	unsigned long wanted = strtoul(argv[4], NULL, 10), read = 0, last = 0;
	struct gpiod_chip *chip = gpiod_chip_open(argv[1]);
	struct gpiod_line_settings *settings = gpiod_line_settings_new();
	struct gpiod_line_config *lines_config = gpiod_line_config_new();
	struct gpiod_request_config *config = gpiod_request_config_new();
	gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
	gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_FALLING);
	gpiod_line_config_add_line_settings(lines_config, lines, 2, settings);
	gpiod_request_config_set_event_buffer_size(config, 1024);
	struct gpiod_line_request *request = chip ? gpiod_chip_request_lines(chip, config, lines_config) : NULL;
	struct gpiod_edge_event_buffer *buffer = gpiod_edge_event_buffer_new(64);
	if (!request || !buffer)
		return 1;
	puts("ready");
	fflush(stdout);
	struct pollfd entry = { .fd = gpiod_line_request_get_fd(request), .events = POLLIN };
	double start = 0, cpu = 0;
	while (last < wanted) {
		if (poll(&entry, 1, 10000) != 1)
			break;
		if (!start) {
			start = now(CLOCK_MONOTONIC);
			cpu = now(CLOCK_PROCESS_CPUTIME_ID);
		}
		int count = gpiod_line_request_read_edge_events(request, buffer, 64);
		if (count < 0)
			return 1;
		read += count;
		last = gpiod_edge_event_get_global_seqno(gpiod_edge_event_buffer_get_event(buffer, count - 1));
	}
	double seconds = now(CLOCK_MONOTONIC) - start, used = now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("%lu %lu %.6f %.6f %ld\n", read, last - read, seconds, used, usage.ru_maxrss);
	return 0;
}
