#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

__thread void *linux_thread_word;

bool linux_is_main_thread(void) { return getpid() == gettid(); }

// Not by the function of that name, which glibc has only since 2.35: a program that was linked with
// it would not start on an older one.
static int wait_until(int epoll, struct epoll_event *events, int count, struct timespec *limit) {
  return (int)syscall(SYS_epoll_pwait2, epoll, events, count, limit, NULL, 0);
}

int linux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds) {
  static int without_pwait2;
  if (!__atomic_load_n(&without_pwait2, __ATOMIC_RELAXED)) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    int found = wait_until(epoll, events, count, nanoseconds < 0 ? NULL : &limit);
    if (found >= 0 || errno != ENOSYS) return found;
    __atomic_store_n(&without_pwait2, 1, __ATOMIC_RELAXED);
  }
  int64_t longest = 86400000, milliseconds = longest;
  if (nanoseconds < 0) milliseconds = -1;
  else if (nanoseconds < longest * 1000000) milliseconds = (nanoseconds + 999999) / 1000000;
  return epoll_wait(epoll, events, count, (int)milliseconds);
}
