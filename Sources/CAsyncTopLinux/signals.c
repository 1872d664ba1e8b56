#define _GNU_SOURCE
#include "signals.h"

#include "sending.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

struct watch {
  int signal;  // 0 while it is free; written last, and cleared first
  int eventfd;
};

static struct watch watches[LINUX_SIGNAL_WATCHES];
static int watch_limit;  // above the highest ever used
static int handlers_running;
static int interrupt_eventfd = -1;
static int interrupts;

// Of those who change watches; a handler never takes it.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned uses[NSIG];
static struct sigaction former[NSIG];

static void interrupt(void) {
  int eventfd = __atomic_load_n(&interrupt_eventfd, __ATOMIC_SEQ_CST);
  if (eventfd < 0) return;
  if (__atomic_add_fetch(&interrupts, 1, __ATOMIC_SEQ_CST) > 1) {
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);  // delivered when this handler returns
  } else {
    linux_wake(eventfd);
  }
}

static void on_signal(int number) {
  int saved = errno;
  __atomic_add_fetch(&handlers_running, 1, __ATOMIC_SEQ_CST);
  bool is_watched = false;
  int limit = __atomic_load_n(&watch_limit, __ATOMIC_SEQ_CST);
  for (struct watch *watch = watches; watch < watches + limit; watch++) {
    if (__atomic_load_n(&watch->signal, __ATOMIC_SEQ_CST) != number) continue;
    is_watched = true;
    linux_wake(watch->eventfd);
  }
  if (!is_watched && number == SIGINT) interrupt();
  __atomic_sub_fetch(&handlers_running, 1, __ATOMIC_SEQ_CST);
  errno = saved;
}

// Who has stopped to be told waits until no handler can be about to tell him. A handler takes
// microseconds, and one that interrupts this very thread is over when that goes on.
static void wait_for_handlers(void) {
  while (__atomic_load_n(&handlers_running, __ATOMIC_SEQ_CST) > 0) sched_yield();
}

static bool has_foreign_handler(const struct sigaction *action) {
  if (action->sa_flags & SA_SIGINFO) return true;
  return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

static bool is_ours(const struct sigaction *action) {
  return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == on_signal;
}

// Installs the handler; 0 or an errno. The caller holds the lock.
static int use(int signal, bool replaces) {
  struct sigaction now;
  if (signal <= 0 || signal >= NSIG || sigaction(signal, NULL, &now) != 0) return EINVAL;
  if (!is_ours(&now)) {
    if (!replaces && has_foreign_handler(&now)) return EBUSY;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK};
    if (sigaction(signal, &action, NULL) != 0) return EINVAL;
    former[signal] = now;
  }
  uses[signal]++;
  return 0;
}

static void stop_using(int signal) {
  struct sigaction now;
  if (--uses[signal] > 0) return;
  if (sigaction(signal, NULL, &now) == 0 && is_ours(&now)) {
    sigaction(signal, &former[signal], NULL);
  }
}

static int free_watch(void) {
  for (int index = 0; index < LINUX_SIGNAL_WATCHES; index++) {
    if (watches[index].signal == 0) return index;
  }
  return -1;
}

static void clear(int index) {
  __atomic_store_n(&watches[index].signal, 0, __ATOMIC_SEQ_CST);
  wait_for_handlers();
}

int linux_signal_watch(int signal, int eventfd, bool replaces) {
  pthread_mutex_lock(&lock);
  int index = free_watch();
  int error = index < 0 ? ENFILE : 0;
  if (!error) {
    // Before the handler is installed: then none that comes is missed.
    watches[index].eventfd = eventfd;
    if (index >= watch_limit) __atomic_store_n(&watch_limit, index + 1, __ATOMIC_SEQ_CST);
    __atomic_store_n(&watches[index].signal, signal, __ATOMIC_SEQ_CST);
    error = use(signal, replaces);
    if (error) clear(index);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return error ? -1 : index;
}

void linux_signal_unwatch(int watch) {
  pthread_mutex_lock(&lock);
  stop_using(watches[watch].signal);
  clear(watch);
  pthread_mutex_unlock(&lock);
}

bool linux_interrupt_watch(int eventfd) {
  pthread_mutex_lock(&lock);
  struct sigaction now;
  bool is_free = sigaction(SIGINT, NULL, &now) == 0 && (is_ours(&now) || now.sa_handler == SIG_DFL);
  if (is_free) {
    __atomic_store_n(&interrupts, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&interrupt_eventfd, eventfd, __ATOMIC_SEQ_CST);
    is_free = use(SIGINT, false) == 0;
  }
  pthread_mutex_unlock(&lock);
  return is_free;
}

int linux_interrupt_count(void) { return __atomic_load_n(&interrupts, __ATOMIC_SEQ_CST); }

void linux_interrupt_unwatch(void) {
  pthread_mutex_lock(&lock);
  stop_using(SIGINT);
  __atomic_store_n(&interrupt_eventfd, -1, __ATOMIC_SEQ_CST);
  wait_for_handlers();
  pthread_mutex_unlock(&lock);
}

const char *linux_signal_name(int signal) { return sigabbrev_np(signal); }
int linux_first_free_signal(void) { return SIGRTMIN; }
int linux_last_free_signal(void) { return SIGRTMAX; }
