#include "process.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t ending_signal;

// May not do more than this: it interrupts whatever runs.
static void note(int signal) { ending_signal = signal; }

void linux_catch_ending(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}

int linux_ending_signal(void) { return ending_signal; }
