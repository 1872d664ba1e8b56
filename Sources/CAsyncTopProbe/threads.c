// Threads: each takes a worker and its ring at its first event and leaves it when it exits.
//
// Which workers are taken is private to the process; what the region says of it is for readers.
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

__thread struct tp_thread tp_this_thread TP_THREAD_LOCAL;

static uint32_t worker_states[TP_WORKERS];  // tp_worker_state

static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;

static void emit_own(struct tp_thread *thread, uint8_t kind, uint64_t a, uint64_t b) {
  tp_emit(thread, (struct tp_event){tp_ticks(), thread->index, kind, 0, 0, a, b});
}

static void thread_exits(void *pointer) {
  struct tp_thread *thread = pointer;
  if (!tp_is_on() || !thread->worker) return;
  tp_empty_magazine(&tp_own.tasks, &thread->tasks, 0);
  tp_empty_magazine(&tp_own.timers, &thread->timers, 0);
  if (thread->ring) {
    emit_own(thread, TP_EVENT_WORKER_ENDED, 0, 0);
    __atomic_store_n(&worker_states[thread->index], TP_WORKER_EXITED, __ATOMIC_RELEASE);
  }
  // Events of destructors that run later find a worker again.
  thread->worker = NULL;
}

static void make_key(void) { pthread_key_create(&exit_key, thread_exits); }

// Takes a worker that is free, or whose thread has exited. The last one is shared by the threads
// that find none: its counts may miss some, and it has no ring.
static uint16_t take_worker(void) {
  struct tp_header *header = tp_live.header;
  for (uint32_t pass = 0; pass < 2; pass++) {
    uint32_t wanted = pass == 0 ? TP_WORKER_FREE : TP_WORKER_EXITED;
    for (uint16_t i = 0; i < TP_WORKERS - 1; i++) {
      uint32_t expected = wanted;
      if (!__atomic_compare_exchange_n(
              &worker_states[i], &expected, TP_WORKER_LIVE, false, __ATOMIC_ACQ_REL,
              __ATOMIC_RELAXED)) {
        continue;
      }
      tp_raise32(&header->worker_high, i + 1u);
      return i;
    }
  }
  __atomic_fetch_add(&header->lost_threads, 1, __ATOMIC_RELAXED);
  tp_raise32(&header->worker_high, TP_WORKERS);
  struct tp_worker *shared = &tp_live.workers[TP_WORKERS - 1];
  memcpy(shared->name, "other threads", sizeof "other threads");
  TP_SET(shared->state, TP_WORKER_LIVE);
  return TP_WORKERS - 1;
}

void tp_thread_start(void) {
  struct tp_header *header = tp_live.header;
  struct tp_thread *thread = &tp_this_thread;
  uint16_t index = take_worker();
  memset(thread, 0, sizeof *thread);
  thread->index = index;
  thread->worker = &tp_live.workers[index];
  // Also of a thread without a ring: the slots that it keeps at hand must not be lost with it.
  pthread_once(&exit_key_once, make_key);
  pthread_setspecific(exit_key, thread);
  if (index == TP_WORKERS - 1) return;
  tp_take_ring(thread);
  char name[17] = {0};
  uint64_t words[2];
  prctl(PR_GET_NAME, name);
  memcpy(words, name, sizeof words);
  emit_own(thread, TP_EVENT_WORKER_STARTED, (uint64_t)syscall(SYS_gettid), 0);
  emit_own(thread, TP_EVENT_WORKER_NAMED, words[0], words[1]);
  // So that a region without observers can be read after a crash.
  TP_SET(header->anchor_ticks, tp_ticks());
  TP_SET(header->anchor_monotonic, tp_monotonic());
}
