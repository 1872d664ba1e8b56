// Mappings of files that another process may cut short.
//
// Touching such a mapping beyond the file's new end raises SIGBUS. The handler puts zeros in the
// place of the whole mapping, which mmap does without a moment in which nothing is there, and the
// access is tried again. A SIGBUS anywhere else goes to the handler that was there before.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include "include/reading.h"

#define GUARDS 16

// `start` is written last when a guard is taken, and first when it is given back.
static struct guard {
  uintptr_t start;
  size_t size;
  bool was_cut;
} guards[GUARDS];
static pthread_mutex_t guards_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction previous;
static bool is_installed;

static struct guard *guard_of(uintptr_t address) {
  for (int i = 0; i < GUARDS; i++) {
    uintptr_t start = __atomic_load_n(&guards[i].start, __ATOMIC_ACQUIRE);
    if (start && address >= start && address - start < guards[i].size) return &guards[i];
  }
  return NULL;
}

bool tp_mend_fault(const siginfo_t *info) {
  struct guard *guard = info->si_code > 0 ? guard_of((uintptr_t)info->si_addr) : NULL;
  if (!guard) return false;
  int saved = errno;
  void *zeros = mmap(
      (void *)guard->start, guard->size, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
  errno = saved;
  if (zeros == MAP_FAILED) return false;
  __atomic_store_n(&guard->was_cut, true, __ATOMIC_RELEASE);
  return true;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
  if (tp_mend_fault(info)) return;
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else {
    // The access is tried again, or the signal that another process sent is sent again, and does
    // what it would have done.
    sigaction(SIGBUS, &previous, NULL);
    if (info->si_code <= 0) raise(number);
  }
}

static bool install(void) {
  if (is_installed) return true;
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  is_installed = sigaction(SIGBUS, &action, &previous) == 0;
  return is_installed;
}

bool tp_guard_mapping(void *start, size_t size) {
  bool is_guarded = false;
  pthread_mutex_lock(&guards_mutex);
  for (int i = 0; i < GUARDS && !is_guarded && install(); i++) {
    if (guards[i].start) continue;
    guards[i].size = size;
    guards[i].was_cut = false;
    __atomic_store_n(&guards[i].start, (uintptr_t)start, __ATOMIC_RELEASE);
    is_guarded = true;
  }
  pthread_mutex_unlock(&guards_mutex);
  if (!is_guarded) errno = EMFILE;
  return is_guarded;
}

void tp_unguard_mapping(void *start) {
  pthread_mutex_lock(&guards_mutex);
  struct guard *guard = guard_of((uintptr_t)start);
  if (guard) __atomic_store_n(&guard->start, 0, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&guards_mutex);
}

bool tp_mapping_was_cut(const void *start) {
  struct guard *guard = guard_of((uintptr_t)start);
  return guard && __atomic_load_n(&guard->was_cut, __ATOMIC_ACQUIRE);
}
