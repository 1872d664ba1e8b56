// What an event loop needs: declarations, and what must be C because it lives where Swift may not,
// in thread-local storage.
#pragma once

// No _GNU_SOURCE here: with it, types of Glibc's Swift module would get other fields.
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// One word of each thread, for whoever runs it. Initial-exec, so that reading it is one load.
extern __thread void *linux_thread_word __attribute__((tls_model("initial-exec")));

static inline void *linux_get_thread_word(void) { return linux_thread_word; }
static inline void linux_set_thread_word(void *word) { linux_thread_word = word; }

// A number that is this thread's alone while it lives, at the price of one load.
static inline uintptr_t linux_thread_identity(void) {
  return (uintptr_t)__builtin_thread_pointer();
}

// For a thread that waits in a loop of its own: leaves the core's resources to its other threads.
static inline void linux_spin_hint(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Whether this is the process's first thread.
bool linux_is_main_thread(void);

// The epoll_event's 64 bits of the owner's: the struct is packed and holds a union.
static inline struct epoll_event linux_epoll_event(uint32_t events, uint64_t owner) {
  struct epoll_event event = {.events = events, .data = {.u64 = owner}};
  return event;
}
static inline uint64_t linux_epoll_owner(const struct epoll_event *event) {
  return event->data.u64;
}

// Waits with a limit in nanoseconds, below 0 for ever; in milliseconds, rounded up, before Linux
// 5.11.
int linux_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds);
