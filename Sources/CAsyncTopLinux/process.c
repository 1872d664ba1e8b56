#include "process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "spawn.h"

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

static int forward_to;
static bool forwards_keys;

static void forward(int number, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  if (forwards_keys || info->si_code <= 0) linux_send_signal(forward_to, number);
  errno = saved;
}

void linux_forward_signals(int pidfd, bool sends_keys) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = forward;
  action.sa_flags = SA_SIGINFO;
  forward_to = pidfd;
  forwards_keys = sends_keys;
  for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) {
    catch(signals[index], &action);
  }
}

void linux_set_terminal_size(int terminal, unsigned short rows, unsigned short columns) {
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  ioctl(terminal, TIOCSWINSZ, &size);
}

void linux_unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, NULL);
}
