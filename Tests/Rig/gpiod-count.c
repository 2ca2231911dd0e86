// Preloaded into a process, counts the objects that it has libgpiod make and free. At exit it writes one line for
// each kind, "kind made freed", to the file that GPIOD_COUNT names.
//
// The wrappers pass all arguments on as integers, which on x86-64 is how these functions take them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define KIND(kind, make, release)                                             \
	static atomic_long made_##kind, freed_##kind;                         \
	void *make(long a, long b, long c)                                    \
	{                                                                     \
		void *(*real)(long, long, long) = dlsym(RTLD_NEXT, #make);    \
		void *object = real(a, b, c);                                 \
		made_##kind += object != NULL;                                \
		return object;                                                \
	}                                                                     \
	void release(void *object)                                            \
	{                                                                     \
		void (*real)(void *) = dlsym(RTLD_NEXT, #release);            \
		freed_##kind += object != NULL;                               \
		real(object);                                                 \
	}

#define KINDS                                                                 \
	KIND(chip, gpiod_chip_open, gpiod_chip_close)                         \
	KIND(chip_info, gpiod_chip_get_info, gpiod_chip_info_free)            \
	KIND(line_info, gpiod_chip_get_line_info, gpiod_line_info_free)       \
	KIND(settings, gpiod_line_settings_new, gpiod_line_settings_free)     \
	KIND(line_config, gpiod_line_config_new, gpiod_line_config_free)      \
	KIND(request_config, gpiod_request_config_new, gpiod_request_config_free) \
	KIND(request, gpiod_chip_request_lines, gpiod_line_request_release)   \
	KIND(buffer, gpiod_edge_event_buffer_new, gpiod_edge_event_buffer_free)

KINDS

// libgpiod keeps a copy of settings in a line configuration and frees it through the function counted above.
void *gpiod_line_settings_copy(void *settings)
{
	void *(*real)(void *) = dlsym(RTLD_NEXT, "gpiod_line_settings_copy");
	void *copy = real(settings);
	made_settings += copy != NULL;
	return copy;
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("GPIOD_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (!file)
		return;
#undef KIND
#define KIND(kind, make, release) \
	fprintf(file, #kind " %ld %ld\n", (long)made_##kind, (long)freed_##kind);
	KINDS
	fclose(file);
}
