// This target is its header; the package manager wants one source.
#include "CLinux.h"
