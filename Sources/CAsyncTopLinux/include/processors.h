// Processors: CPU sets need _GNU_SOURCE.
#pragma once

// How many processors this process may use, or how many there are if the kernel doesn't say.
int linux_usable_processors(void);
