#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define SIGNALS 65

// Written before the handler is installed and read by it; −1 where nobody watches.
static volatile int watchers[SIGNALS];
static struct sigaction former[SIGNALS];

static void wake(int signal) {
  int saved = errno;
  uint64_t one = 1;
  ssize_t written = write(watchers[signal], &one, sizeof one);
  (void)written;  // a full counter wakes as well
  errno = saved;
}

bool linux_signal_watch(int signal, int eventfd) {
  struct sigaction action;
  if (signal <= 0 || signal >= SIGNALS) return false;
  if (sigaction(signal, NULL, &former[signal]) != 0) return false;
  if (former[signal].sa_handler != SIG_DFL && former[signal].sa_handler != SIG_IGN) return false;
  memset(&action, 0, sizeof action);
  action.sa_handler = wake;
  action.sa_flags = SA_RESTART;
  watchers[signal] = eventfd;
  return sigaction(signal, &action, NULL) == 0;
}

void linux_signal_unwatch(int signal) {
  if (signal > 0 && signal < SIGNALS) sigaction(signal, &former[signal], NULL);
}
