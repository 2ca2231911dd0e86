// Moves two simulated lines as a reader does, as fast as the kernel takes it: COUNT pulses, two of three on the second.
//
//   edge-source PULL0 PULL1 COUNT
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	int lines[2] = { open(argv[1], O_WRONLY), open(argv[2], O_WRONLY) };
	long count = atol(argv[3]);
	if (lines[0] < 0 || lines[1] < 0)
		return 1;
	for (long pulse = 0; pulse < count; pulse++) {
		int line = lines[pulse % 3 != 0];
		if (pwrite(line, "pull-down", 9, 0) < 0 || pwrite(line, "pull-up", 7, 0) < 0)
			return 1;
	}
	return 0;
}
