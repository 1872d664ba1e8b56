#define _GNU_SOURCE

#include "include/TerminalGuard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { NOTED_COUNT = 7, SIGNAL_COUNT = 13 };

// The noted ones first.
static const int guarded[SIGNAL_COUNT] = {
    SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH,
    SIGSEGV, SIGABRT, SIGBUS, SIGILL,  SIGFPE,  SIGTRAP,
};

// Written while no handler is installed, read by handlers.
static struct {
  int output, input;
  struct termios output_modes, input_modes;
  char restore[TG_RESTORE_LIMIT];
  size_t length;
  struct sigaction previous[SIGNAL_COUNT];
} guard;

static atomic_int armed;
static atomic_int wake_descriptor = -1;
static atomic_uint_fast64_t noted;

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "an atomic in a handler must not take a lock");

static int index_of(int signal) {
  int index = 0;
  while (index < SIGNAL_COUNT && guarded[index] != signal) {
    index++;
  }
  return index;
}

static void note(int signal) {
  int saved = errno;
  atomic_fetch_or(&noted, UINT64_C(1) << signal);
  uint64_t one = 1;
  // It can only fail when it is readable already.
  (void)!write(atomic_load(&wake_descriptor), &one, sizeof one);
  errno = saved;
}

// Writes what restores the terminal. One that takes no more must not keep the process from ending:
// what it has not shown yet is given up for this.
static void restore(void) {
  int flags = fcntl(guard.output, F_GETFL);
  fcntl(guard.output, F_SETFL, flags | O_NONBLOCK);
  if (write(guard.output, guard.restore, guard.length) != (ssize_t)guard.length) {
    tcflush(guard.output, TCOFLUSH);
    tcflow(guard.output, TCOON);
    (void)!write(guard.output, guard.restore, guard.length);
  }
  fcntl(guard.output, F_SETFL, flags);
  tcsetattr(guard.output, TCSANOW, &guard.output_modes);
  tcsetattr(guard.input, TCSANOW, &guard.input_modes);
}

// The probe's, in a program that has it: whether a fault was one that it mends, in the mapping of a
// file that another process has cut short.
extern bool tp_mend_fault(const siginfo_t *info) __attribute__((weak));

static void crash(int signal, siginfo_t *info, void *context) {
  (void)context;
  if (signal == SIGBUS && tp_mend_fault && tp_mend_fault(info)) {
    return;
  }
  // Only the first crash restores; a second thread's would write into what comes after.
  if (atomic_exchange(&armed, 0)) {
    restore();
  }
  sigaction(signal, &guard.previous[index_of(signal)], NULL);
  // A fault of the processor happens again on return, with its address, for the previous handler;
  // what was sent, and a breakpoint, which would be passed over, must be sent again.
  if (info->si_code <= 0 || signal == SIGTRAP) {
    raise(signal);
  }
}

static void install(int index) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigemptyset(&action.sa_mask);
  if (index < NOTED_COUNT) {
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
  } else {
    action.sa_sigaction = crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  }
  sigaction(guarded[index], &action, NULL);
}

static int is_ours(const struct sigaction *action) {
  return action->sa_flags & SA_SIGINFO ? action->sa_sigaction == crash : action->sa_handler == note;
}

int tg_arm(const struct tg_terminal *terminal, const char *restore, size_t length) {
  if (length > TG_RESTORE_LIMIT) {
    return E2BIG;
  }
  if (atomic_load(&armed)) {
    return EBUSY;
  }
  int made = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  // Never one of the standard three, which may be closed.
  int descriptor = made < 0 ? -1 : fcntl(made, F_DUPFD_CLOEXEC, 3);
  if (descriptor < 0) {
    int failure = errno;
    if (made >= 0) {
      close(made);
    }
    return failure;
  }
  close(made);
  guard.output = terminal->output;
  guard.input = terminal->input;
  guard.output_modes = *terminal->output_modes;
  guard.input_modes = *terminal->input_modes;
  memcpy(guard.restore, restore, length);
  guard.length = length;
  atomic_store(&noted, 0);
  atomic_store(&wake_descriptor, descriptor);
  atomic_store(&armed, 1);
  for (int index = 0; index < SIGNAL_COUNT; index++) {
    sigaction(guarded[index], NULL, &guard.previous[index]);
    int is_request = index < 4;
    if (is_request && guarded[index] != SIGTERM &&
        guard.previous[index].sa_handler == SIG_IGN) {
      continue;
    }
    install(index);
  }
  return 0;
}

void tg_disarm(void) {
  if (!atomic_exchange(&armed, 0)) {
    return;
  }
  for (int index = 0; index < SIGNAL_COUNT; index++) {
    struct sigaction current;
    sigaction(guarded[index], NULL, &current);
    if (is_ours(&current)) {
      sigaction(guarded[index], &guard.previous[index], NULL);
    }
  }
  close(atomic_exchange(&wake_descriptor, -1));
}

void tg_lend(int signal) { sigaction(signal, &guard.previous[index_of(signal)], NULL); }

void tg_take_back(int signal) { install(index_of(signal)); }

void tg_raise(int signal) {
  sigset_t set, previous;
  sigemptyset(&set);
  sigaddset(&set, signal);
  pthread_sigmask(SIG_UNBLOCK, &set, &previous);
  raise(signal);
  pthread_sigmask(SIG_SETMASK, &previous, NULL);
}

int tg_wake_descriptor(void) { return atomic_load(&wake_descriptor); }

uint64_t tg_take_signals(void) {
  uint64_t counter;
  int descriptor = atomic_load(&wake_descriptor);
  (void)!read(descriptor, &counter, sizeof counter);
  return atomic_exchange(&noted, 0);
}
