#define _GNU_SOURCE
#include "processors.h"

#include <sched.h>
#include <unistd.h>

int linux_usable_processors(void) {
  cpu_set_t set;
  // Fails where the kernel has more than fit the set.
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
