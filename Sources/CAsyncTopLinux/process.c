#include "process.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t ending_signal;

// May not do more than this: it interrupts whatever runs.
static void note(int signal) { ending_signal = signal; }

static void catch(int signal, const struct sigaction *action) {
  struct sigaction now;
  if (sigaction(signal, NULL, &now) == 0 && now.sa_handler == SIG_IGN) return;
  sigaction(signal, action, NULL);
}

void linux_catch_ending(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  catch(SIGINT, &action);
  catch(SIGHUP, &action);
  sigaction(SIGTERM, &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
}

int linux_ending_signal(void) { return ending_signal; }

void linux_unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, NULL);
}
