// The probe: what an app's threads call to report to the region. It never blocks, never allocates
// once a thread has started, and does nothing at all before tp_start or after it has switched off.
//
// Rules
// 1. `tp_live` and `tp_own` are written by tp_start before it stores 1 to `tp_enabled`, by release;
//    who reads them has seen that 1 by acquire (tp_is_on).
// 2. A `tp_thread` belongs to its thread. Its worker's record and ring have no other writer.
// 3. A slot belongs to whoever took it until it is given back, once, by the thread that ends it.
// 4. After fork the child is off: the region stays the parent's.
// 5. Others may write the region and the observers' page. So what the probe allocates by is in
//    `tp_own`, and a slot's number that it reads from the region is compared with a capacity of
//    `tp_live` before it is followed.
#pragma once

#include <stdbool.h>
#include <time.h>

#include "reducer.h"

#define TP_MAGAZINE 64u
// A program that has the probe linked in has its variables of threads at a fixed distance. In an
// object that may be loaded later they are looked up: the loader has hardly any room for more.
#if defined(TP_PRELOADED)
#define TP_THREAD_LOCAL
#else
#define TP_THREAD_LOCAL __attribute__((tls_model("initial-exec")))
#endif

#define TP_LIKELY(x) __builtin_expect(!!(x), 1)
#define TP_UNLIKELY(x) __builtin_expect(!!(x), 0)

// Free slots that a thread keeps at hand, so that taking one costs no atomic operation.
struct tp_magazine {
  uint32_t count;
  uint32_t slots[TP_MAGAZINE];
};

// What is known of a task about to be created on this thread, or of a wait about to begin.
struct tp_pending {
  uint32_t task_site;
  uint32_t task_group;    // slot + 1
  const char *task_name;  // read when the task is listed
  uint16_t task_flags;
  uint8_t has_task;
  uint8_t wait_kind;  // tp_wait, or 0
  uint32_t wait_site;
  uint64_t wait_target;
  const void *created_apart;  // a task that runs next on this thread, if it is no helper (tasks.c)
};

// Free slots of a table (slots.c), which the region's table tells readers of.
struct tp_pool {
  uint64_t free;      // head of a lock-free stack: (counter << 32) | (slot + 1)
  uint32_t high;      // slots ever used
  uint32_t capacity;
  uint32_t *links;    // of a free slot: slot + 1 of the next one; see groups.c for the others
  struct tp_table *table;
};

// What the probe relies on. Private to the process.
struct tp_own {
  struct tp_pool tasks;
  struct tp_pool groups;
  struct tp_pool timers;
  struct tp_pool resources;
  struct tp_pool loops;
  uint32_t ring_capacity;  // events in one ring before it grows, a power of two
  uint64_t grown_capacity; // events in all rings that have grown, at most
  uint64_t grown_used;
  uint32_t strings_used;
  uint32_t sites_used;
  uint32_t stacks_used;
  // Of each slot of a task: the context after the frames that are compared (stacks.c).
  const void **contexts;
  uint16_t *site_owners;  // worker + 1 that has a site's own counts, or 0
};

struct tp_thread {
  struct tp_worker *worker;  // null until the thread's first event
  struct tp_event *ring;     // null for a thread that found no worker
  uint32_t ring_mask;        // events that it holds − 1
  uint16_t index;
  uint16_t loop;             // slot + 1 of the loop that runs on this thread, or 0
  uint16_t depth;            // polls open on this thread, innermost last
  uint64_t longest_job;      // ticks of the longest job of that loop
  // When the poll before ended, or the loop began to run what is ready, if nothing but the loop has
  // run since; 0: the clock is to be read. Only while the loop `turns`, that is from when it has
  // looked for events until it calls something else than a job.
  uint64_t moment;
  uint8_t turns;
  uint32_t polling[16];      // slot + 1, or 0 for a task that is not listed
  struct tp_pending pending;
  struct tp_magazine tasks;
  struct tp_magazine timers;
};

extern struct tp_region tp_live;
extern struct tp_own tp_own;
extern const struct tp_observers *tp_observing;  // never null
extern uint32_t tp_enabled;
extern uint32_t tp_clock;  // tp_clock_kind
extern __thread struct tp_thread tp_this_thread TP_THREAD_LOCAL;

// Whoever sees that it is on sees all of `tp_live` and `tp_own`.
TP_INLINE bool tp_is_on(void) { return __atomic_load_n(&tp_enabled, __ATOMIC_ACQUIRE) != 0; }

// Maps the region and hooks the Swift runtime. Idempotent, from any thread. Returns whether the
// probe is on: not with ASYNCTOP=off, nor if the kernel gives no memory for the region.
bool tp_start(void);

// From now on, tp_start returns false; for a program that watches others and is not to be found
// itself.
void tp_stay_off(void);

// Why tp_start returned false, for people; null if it did not.
const char *tp_start_failure(void);

// As tp_start, with a region of the given size and nothing hooked: for tests of the writer.
bool tp_start_for_testing(uint32_t task_capacity, uint32_t ring_capacity);

// This process's own observers' page, as an observer maps it; null if there is none.
struct tp_observers *tp_own_observers(void);

// The free slots of tasks: for tests of the writer.
static inline struct tp_pool *tp_task_pool(void) { return &tp_own.tasks; }

// This process's own region; all null before tp_start.
TP_INLINE struct tp_region tp_own_region(void) { return tp_live; }

void tp_thread_start(void);
uint32_t tp_take_slot(struct tp_pool *pool);
void tp_give_slot(struct tp_pool *pool, uint32_t slot);
bool tp_fill_magazine(struct tp_pool *pool, struct tp_magazine *magazine);
void tp_empty_magazine(struct tp_pool *pool, struct tp_magazine *magazine, uint32_t keep);

TP_INLINE uint64_t tp_mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
  return hash ^ hash >> 29;
}

// The sites by their keys: see index.h.
#define TP_SITES 32768u
#define TP_SITE_INDEX (TP_SITES * 2)  // a power of two
extern uint64_t tp_site_index[TP_SITE_INDEX];

// Of a line of the source.
TP_INLINE uint64_t tp_source_key(const char *file, uint32_t line) {
  return tp_mix(line * 0xff51afd7ed558ccdull, (uintptr_t)file);
}

// The site of a line that is known and found at once, else 0.
TP_INLINE uint32_t tp_known_site(const char *file, uint32_t line) {
  uint64_t key = tp_source_key(file, line);
  uint64_t found =
      __atomic_load_n(&tp_site_index[(uint32_t)key & (TP_SITE_INDEX - 1)], __ATOMIC_ACQUIRE);
  return found >> 16 == key >> 16 ? (uint32_t)(found & 0xffff) : 0;
}

// Sites, each stored once; 0 if there is no room. Strings are copied.
uint32_t tp_source_site(const char *file, uint32_t line, const char *function);
uint32_t tp_code_site(uint32_t kind, const uint64_t frames[4]);
uint32_t tp_type_site(const void *identity, const char *name);

// A clock of the kernel, in nanoseconds.
TP_INLINE uint64_t tp_nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

TP_INLINE uint64_t tp_monotonic(void) { return tp_nanoseconds(CLOCK_MONOTONIC); }

TP_RARE __attribute__((unused)) static uint64_t tp_rare_monotonic(void) { return tp_monotonic(); }

TP_INLINE uint64_t tp_ticks_of(uint32_t clock) {
#if defined(__x86_64__)
  if (TP_LIKELY(clock == TP_CLOCK_TSC)) return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  if (TP_LIKELY(clock == TP_CLOCK_CNTVCT)) {
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
  }
#endif
  return tp_rare_monotonic();
}

TP_INLINE uint64_t tp_ticks(void) { return tp_ticks_of(tp_clock); }

TP_RARE __attribute__((unused)) static void tp_rare_start(void) { tp_thread_start(); }

TP_INLINE struct tp_thread *tp_current_thread(void) {
  struct tp_thread *thread = &tp_this_thread;
  if (TP_UNLIKELY(!thread->worker)) tp_rare_start();
  return thread;
}

// The next event would be the first of the ring again: it grows if it was full too soon.
void tp_ring_full(struct tp_thread *thread, uint64_t ticks);

// Appends an event to the thread's ring, if it has one.
TP_RARE __attribute__((unused)) static void tp_append(
    struct tp_thread *thread, uint64_t ticks, uint32_t slot, uint32_t kind, uint64_t a,
    uint64_t b) {
  if (!thread->ring) return;
  struct tp_worker *worker = thread->worker;
  uint64_t head = TP_GET(worker->head);
  if (TP_UNLIKELY((head & thread->ring_mask) == 0)) tp_ring_full(thread, ticks);
  thread->ring[head & thread->ring_mask] = (struct tp_event){
      ticks, slot, (uint8_t)kind, (uint8_t)(kind >> 8), (uint16_t)(kind >> 16), a, b};
  __atomic_store_n(&worker->head, head + 1, __ATOMIC_RELEASE);
}

// Whether somebody observes: then events are written to the rings.
TP_INLINE bool tp_is_observed(uint64_t ticks) {
  return TP_UNLIKELY(ticks < TP_GET(tp_observing->lease_ticks));
}

TP_INLINE void tp_write(struct tp_thread *thread, const struct tp_event *event) {
  tp_append(
      thread, event->ticks, event->slot,
      (uint32_t)event->tag << 16 | (uint32_t)event->detail << 8 | event->kind, event->a, event->b);
}

// Whether the counts of a site that only one worker adds to are this thread's: the first worker on
// which a task of the site ends has them. Only for a thread whose worker no other shares.
TP_INLINE bool tp_owns_site(const struct tp_thread *thread, uint32_t site) {
  if (site >= tp_live.site_capacity) return false;
  uint16_t own = (uint16_t)(thread->index + 1), owner = TP_GET(tp_own.site_owners[site]);
  if (TP_LIKELY(owner == own)) return true;
  return owner == 0 && __atomic_compare_exchange_n(
                           &tp_own.site_owners[site], &owner, own, false, __ATOMIC_RELAXED,
                           __ATOMIC_RELAXED);
}

// Whether an event changes the state or the sums of its task.
TP_INLINE bool tp_changes_task(uint8_t kind) {
  return kind == TP_EVENT_TASK_CREATED || kind == TP_EVENT_TASK_SCHEDULED ||
         kind == TP_EVENT_POLL_BEGAN || kind == TP_EVENT_POLL_ENDED || kind == TP_EVENT_TASK_ENDED;
}

// Applies an event of a task, in this slot of the live tables, and, while somebody observes,
// appends it to the thread's ring. A change of a task is marked meanwhile, and its end until the
// event is written: whoever copies a task or a site's counts then looks again. Called with a
// constant kind, what is not of it folds away.
TP_INLINE void tp_emit_of_task(
    struct tp_thread *thread, struct tp_task *task, struct tp_event event, bool is_known) {
  bool changes = tp_changes_task(event.kind);
  // Threads that share a worker would disturb each other's count of endings.
  bool ends = event.kind == TP_EVENT_TASK_ENDED && thread->ring;
  struct tp_worker *worker = thread->worker;
  if (changes) TP_SET(task->changing, 1);
  if (ends) {
    event.b = TP_GET(worker->endings) / 2 + 1;
    TP_SET(worker->endings, 2 * event.b - 1);
  }
  if (changes) __atomic_thread_fence(__ATOMIC_RELEASE);
  bool owns_site = ends && tp_owns_site(thread, TP_GET(tp_live.origins[event.slot].site));
  tp_reduce_of_task(&tp_live, task, thread->index, worker, &event, is_known, owns_site);
  if (changes) __atomic_store_n(&task->changing, 0, __ATOMIC_RELEASE);
  if (tp_is_observed(event.ticks)) tp_write(thread, &event);
  if (ends) __atomic_store_n(&worker->endings, 2 * event.b, __ATOMIC_RELEASE);
}

// The same of any event.
TP_INLINE void tp_emit(struct tp_thread *thread, struct tp_event event) {
  if (event.kind < TP_EVENT_GROUP_CREATED) {
    tp_emit_of_task(thread, &tp_live.tasks[event.slot], event, false);
    return;
  }
  tp_reduce(&tp_live, thread->index, &event);
  if (tp_is_observed(event.ticks)) tp_write(thread, &event);
}

// A name in events of 16 bytes each; a longer one is cut after a character and ends in an ellipsis.
void tp_emit_name(
    struct tp_thread *thread, uint8_t kind, uint32_t slot, uint16_t tag, const char *name);

TP_INLINE uint64_t tp_current_task(void) {
  struct tp_thread *thread = &tp_this_thread;
  if (!tp_is_on() || thread->depth == 0 || thread->depth > 16) return 0;
  uint32_t slot = thread->polling[thread->depth - 1];
  return slot ? tp_live.tasks[slot - 1].id : 0;
}

// The next task that this thread creates has this site, name, group (slot + 1, or 0) and these
// flags. The name is read before the call that creates the task returns.
TP_INLINE void tp_will_create_task(
    uint32_t site, const char *name, uint32_t group, uint16_t flags) {
  if (!tp_is_on()) return;
  struct tp_pending *pending = &tp_this_thread.pending;
  pending->task_site = site;
  pending->task_name = name;
  pending->task_group = group;
  pending->task_flags = flags;
  pending->has_task = 1;
}

// The task that runs on this thread is about to suspend for this (tp_wait), not just for the
// continuation that the Swift runtime sees. Forgotten when its poll ends, or by tp_will_not_wait.
TP_INLINE void tp_will_wait(uint8_t kind, uint64_t target, uint32_t site) {
  if (!tp_is_on()) return;
  struct tp_pending *pending = &tp_this_thread.pending;
  pending->wait_kind = kind;
  pending->wait_target = target;
  pending->wait_site = site;
}

TP_INLINE void tp_will_not_wait(void) { tp_this_thread.pending.wait_kind = 0; }

// AsyncRuntime asked a native task of its own to end, in its own way. Called where the task cannot
// end meanwhile.
void tp_runtime_cancelled(const void *task);

// Where a native task that is alive is listed: slot + 1, or 0 if it is not.
uint32_t tp_listed_task(const void *task);

// AsyncRuntime has given a task of its own, which is alive, another name.
void tp_task_named(const void *task, const char *name);

// The task whose child a native task is, in a native group or by `async let`. Null for one that is
// none, and with a Swift runtime whose tasks we don't know.
const void *tp_native_parent(const void *task);

// Takes back that a native task that is alive is cancelled, as far as its own flag says so. False,
// and nothing done, with a Swift runtime whose tasks we don't know.
bool tp_native_uncancel(void *task);

// Has the Swift runtime take this as the main actor's executor, the two words of a reference to it
// that stays valid for ever and is always the same; 0 for the one that it had before. False, and
// nothing done, with a Swift runtime that does not ask.
bool tp_native_set_main_executor(uintptr_t identity, uintptr_t implementation);

// A labelled moment.
void tp_mark(const char *label);

#include "reporting.h"
