// What Swift's Glibc module leaves out of malloc.h.
#pragma once

#include <stddef.h>

// The bytes that the program has from malloc(3) and has not freed.
size_t heap_in_use(void);

// Gives back to the kernel what is free, so that what the process has resident says something.
void heap_trim(void);
