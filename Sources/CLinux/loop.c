#define _GNU_SOURCE
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

__thread void *linux_thread_word;

bool linux_is_main_thread(void) { return getpid() == gettid(); }

int linux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds) {
  static int without_pwait2;
  if (!__atomic_load_n(&without_pwait2, __ATOMIC_RELAXED)) {
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    int found = epoll_pwait2(epoll, events, count, nanoseconds < 0 ? NULL : &limit, NULL);
    if (found >= 0 || errno != ENOSYS) return found;
    __atomic_store_n(&without_pwait2, 1, __ATOMIC_RELAXED);
  }
  int64_t milliseconds = nanoseconds < 0 ? -1 : (nanoseconds + 999999) / 1000000;
  if (milliseconds > 86400000) milliseconds = 86400000;
  return epoll_wait(epoll, events, count, (int)milliseconds);
}

int linux_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static int interrupt_eventfd = -1;
static int interrupts;

static void on_interrupt(int number) {
  int saved = errno;
  if (__atomic_add_fetch(&interrupts, 1, __ATOMIC_SEQ_CST) > 1) {
    signal(number, SIG_DFL);
    raise(number);  // delivered when this handler returns
  } else {
    uint64_t one = 1;
    int eventfd = __atomic_load_n(&interrupt_eventfd, __ATOMIC_SEQ_CST);
    ssize_t written = write(eventfd, &one, sizeof one);
    (void)written;  // only full if it is already readable
  }
  errno = saved;
}

bool linux_interrupt_watch(int eventfd) {
  struct sigaction now;
  if (sigaction(SIGINT, NULL, &now) != 0) return false;
  if ((now.sa_flags & SA_SIGINFO) || now.sa_handler != SIG_DFL) return false;
  __atomic_store_n(&interrupts, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&interrupt_eventfd, eventfd, __ATOMIC_SEQ_CST);
  struct sigaction ours = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
  sigemptyset(&ours.sa_mask);
  return sigaction(SIGINT, &ours, NULL) == 0;
}

int linux_interrupt_count(void) { return __atomic_load_n(&interrupts, __ATOMIC_SEQ_CST); }

void linux_interrupt_unwatch(void) {
  struct sigaction now;
  // Another handler that was installed meanwhile stays.
  if (sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == on_interrupt) {
    signal(SIGINT, SIG_DFL);
  }
  __atomic_store_n(&interrupt_eventfd, -1, __ATOMIC_SEQ_CST);
}
