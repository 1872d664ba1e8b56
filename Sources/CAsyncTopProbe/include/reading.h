// What a reader needs of C: relaxed loads of words that others write.
#pragma once

#include <signal.h>

#include "probe.h"

// Lays out tables for this many tasks and rings of this many events.
void tp_lay_out(struct tp_header *header, uint32_t tasks, uint32_t ring);

// The parts of a mapped region, as a header says that has been checked: a copy, since what lies in
// the mapping may change at any time.
struct tp_region tp_tables_of(void *mapping, const struct tp_header *checked);

// Has reads and writes beyond the end of a file that is mapped here find zeros, when another
// process cuts it short, instead of ending this process by SIGBUS. Other SIGBUS go where they went.
// False if too many mappings are guarded already.
bool tp_guard_mapping(void *start, size_t size);
// Mends a SIGBUS of such a mapping; false if it is another one. For a handler that was installed
// after ours and so comes first.
bool tp_mend_fault(const siginfo_t *info);
// To be called before the mapping is undone.
void tp_unguard_mapping(void *start);
// Whether the file was cut, and the mapping is zeros now.
bool tp_mapping_was_cut(const void *start);

// CLOCK_MONOTONIC now, as the region's process reads it.
static inline uint64_t tp_monotonic_of(const struct tp_region *region) {
  return tp_monotonic() + (uint64_t)region->clock_lead;
}

// A clock of the region's process now, in ticks. A processor's counter is the same in every
// namespace.
static inline uint64_t tp_ticks_at(const struct tp_region *region, uint32_t clock) {
  return clock == TP_CLOCK_MONOTONIC ? tp_monotonic_of(region) : tp_ticks_of(clock);
}

// The region's clock now, in ticks.
static inline uint64_t tp_now_of(const struct tp_region *region) {
  return tp_ticks_at(region, region->header->clock_kind);
}

static inline uint64_t tp_load(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t tp_load_acquire(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

// The word that an entry is finished with: who sees it sees all that was written before.
static inline uint32_t tp_load32_acquire(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

// A word once more, after all that was read before: see tp_vacate.
static inline uint64_t tp_load_again(const uint64_t *word) {
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return tp_load(word);
}

static inline void tp_store(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

// Raises the word to the value if it is lower: how several observers hold one lease.
static inline void tp_raise(uint64_t *word, uint64_t value) {
  uint64_t found = __atomic_load_n(word, __ATOMIC_RELAXED);
  while (found < value && !__atomic_compare_exchange_n(
                              word, &found, value, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

// How far ahead of the clock a new epoch is, in ticks: some tens of microseconds, more than it
// takes a processor to show others what it has stored.
static inline uint64_t tp_epoch_lead(uint32_t clock) {
  if (clock == TP_CLOCK_TSC) return 100000;
#if defined(__aarch64__)
  if (clock == TP_CLOCK_CNTVCT) {
    uint64_t frequency;
    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency / 40000 + 2;
  }
#endif
  return 25000;
}

// Begins an epoch, and returns when it has begun: changes that are made from here on are marked
// with it or with a later one. Returns its moment, or 0 if none could be begun: for the clock of
// the region says nothing, or another observer has begun one that lies in the future.
static inline uint64_t tp_begin_epoch(
    const struct tp_region *region, struct tp_observers *observers) {
  uint32_t clock = TP_GET(region->header->clock_kind);
  uint64_t lead = tp_epoch_lead(clock), began = tp_monotonic();
  while (tp_monotonic() - began < 10000000) {
    uint64_t now = tp_ticks_at(region, clock), epoch = now + lead;
    tp_raise(&observers->epoch, epoch);
    // Whoever reads the clock at the epoch or later must find it: it was there well before.
    if (tp_ticks_at(region, clock) - now > lead / 2) continue;
    if (tp_load(&observers->epoch) - epoch > 1000 * lead) return 0;
    while (tp_ticks_at(region, clock) - now < lead) {
    }
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return epoch;
  }
  return 0;
}

// The first block in [first, end) that may have changed since an epoch began, or since its word was
// last looked at, which `seen` holds; `end` if there is none. Its slots are to be copied
// afterwards.
static inline uint32_t tp_next_changed(
    const uint64_t *changes, uint64_t *seen, uint32_t first, uint32_t end, uint64_t epoch) {
  for (uint32_t block = first; block < end; block++) {
    uint64_t word = tp_load_acquire(&changes[block]);
    if (TP_LIKELY(word == seen[block] && word < epoch)) continue;
    seen[block] = word;
    return block;
  }
  return end;
}

// A task as it was at one moment, or at two that are some nanoseconds apart. Its slot stands in
// what is reserved of its origin; `reserved` there is 0 for a slot of the region that it was copied
// from, 1 for one of a reader's own.
struct tp_task_copy {
  struct tp_task task;
  struct tp_task_origin origin;
};
_Static_assert(sizeof(struct tp_task_copy) == 128, "tp_task_copy");

// Copies the task of a slot; false if it has none, or is given to another task meanwhile: the id
// differs before and after.
static inline bool tp_copy_task(
    const struct tp_region *region, uint32_t slot, struct tp_task_copy *copy) {
  const struct tp_task *task = &region->tasks[slot];
  uint64_t id = tp_load_acquire(&task->id);
  if (id == 0 || task->state == 0) return false;
  copy->task = *task;
  copy->origin = region->origins[slot];
  copy->origin.reserved_word = slot;
  copy->origin.reserved = 0;
  return tp_load_again(&task->id) == id && copy->task.id == id && copy->task.state != 0;
}

// Copies the listed tasks of slots [first, end) to `copies`, at most `room`; returns how many.
static inline uint32_t tp_copy_tasks(
    const struct tp_region *region, uint32_t first, uint32_t end, struct tp_task_copy *copies,
    uint32_t room) {
  uint32_t count = 0;
  for (uint32_t slot = first; slot < end && count < room; slot++) {
    if (tp_copy_task(region, slot, &copies[count])) count++;
  }
  return count;
}

// What tasks come to.
struct tp_task_sums {
  uint32_t states[5];     // how many are in each state, by tp_task_state
  uint32_t cancelled;     // how many were asked to stop
  uint32_t awaited;       // how many are awaited with others
  uint32_t listed;        // how many there are
  uint64_t greatest;      // of the ids
  uint64_t oldest_ready;  // since when the one is scheduled that is it longest; UINT64_MAX: none
  uint64_t longest;       // ticks of the longest poll of any
};

static inline uint8_t tp_copied_state(const struct tp_task_copy *copy) {
  return copy->task.state <= TP_TASK_WAITING ? copy->task.state : TP_TASK_FREE;
}

static inline void tp_add_task(struct tp_task_sums *sums, const struct tp_task_copy *copy) {
  uint8_t state = tp_copied_state(copy);
  sums->listed++;
  sums->states[state]++;
  sums->cancelled += (copy->origin.flags & TP_TASK_CANCELLED) != 0;
  sums->awaited += copy->origin.awaited_in != 0;
  if (copy->task.id > sums->greatest) sums->greatest = copy->task.id;
  if (copy->origin.longest_poll > sums->longest) sums->longest = copy->origin.longest_poll;
  if (state == TP_TASK_SCHEDULED && copy->task.since < sums->oldest_ready) {
    sums->oldest_ready = copy->task.since;
  }
}

// Puts one copy of a task in the place of another of the same task. False if the sums have to be
// made anew: it was the one that had been scheduled longest, or its longest poll is shorter now.
static inline bool tp_replace_task(
    struct tp_task_sums *sums, struct tp_task_copy *old, const struct tp_task_copy *copy) {
  uint8_t state = tp_copied_state(old);
  bool holds = !(state == TP_TASK_SCHEDULED && old->task.since <= sums->oldest_ready) &&
               old->origin.longest_poll <= copy->origin.longest_poll;
  sums->listed--;
  sums->states[state]--;
  sums->cancelled -= (old->origin.flags & TP_TASK_CANCELLED) != 0;
  sums->awaited -= old->origin.awaited_in != 0;
  *old = *copy;
  tp_add_task(sums, copy);
  return holds;
}

static inline void tp_sum_tasks(
    const struct tp_task_copy *copies, uint32_t count, struct tp_task_sums *sums) {
  struct tp_task_sums sum = {.oldest_ready = UINT64_MAX};
  for (uint32_t i = 0; i < count; i++) tp_add_task(&sum, &copies[i]);
  *sums = sum;
}

// Copies tasks of slots [first, end) again, in place: as long as the tasks are those that were
// copied before, in the same order. Returns how many, and where the next slot is that is to be
// looked at: `end` if all are there still. `hold` becomes false if the sums, of which these tasks
// are a part, have to be made anew.
static inline uint32_t tp_copy_tasks_again(
    const struct tp_region *region, uint32_t first, uint32_t end, struct tp_task_copy *copies,
    uint32_t count, struct tp_task_sums *sums, bool *hold, uint32_t *next) {
  uint32_t done = 0, slot = first;
  for (; slot < end; slot++) {
    bool is_known = done < count && copies[done].origin.reserved_word == slot;
    struct tp_task_copy copy;
    if (!tp_copy_task(region, slot, &copy)) {
      if (is_known) break;
      continue;
    }
    if (!is_known || copies[done].task.id != copy.task.id) break;
    if (!tp_replace_task(sums, &copies[done++], &copy)) *hold = false;
  }
  *next = slot;
  return done;
}

// The last change of the tasks that are listed in slots [first, end), in ticks; 0 if none is.
static inline uint64_t tp_last_change(
    const struct tp_region *region, uint32_t first, uint32_t end) {
  uint64_t last = 0;
  for (uint32_t slot = first; slot < end; slot++) {
    const struct tp_task *task = &region->tasks[slot];
    if (tp_load(&task->id) == 0 || task->state == 0) continue;
    uint64_t since = tp_load(&task->since);
    if (since > last) last = since;
  }
  return last;
}

// What pending timers come to.
struct tp_timer_sums {
  uint32_t pending;   // how many there are
  uint64_t greatest;  // of the ids
  uint64_t earliest;  // deadline of those of loops, ns of CLOCK_MONOTONIC; UINT64_MAX: none
};

static inline void tp_sum_timers(
    const struct tp_region *region, uint32_t first, uint32_t end, struct tp_timer_sums *sums) {
  for (uint32_t slot = first; slot < end; slot++) {
    const struct tp_timer *timer = &region->timers[slot];
    uint64_t id = tp_load_acquire(&timer->id), deadline = tp_load(&timer->deadline);
    bool is_loops = timer->loop != 0;
    if (id == 0 || tp_load_again(&timer->id) != id) continue;
    sums->pending++;
    if (id > sums->greatest) sums->greatest = id;
    if (is_loops && deadline < sums->earliest) sums->earliest = deadline;
  }
}

// What the tasks of a site came to, whichever threads they ended on. The site must be below the
// capacity.
static inline struct tp_site_counts tp_counts_of_site(
    const struct tp_region *region, uint32_t site) {
  struct tp_site_counts counts = region->site_counts[site];
  if (!region->site_own_counts) return counts;
  const struct tp_site_counts *own = &region->site_own_counts[site];
  counts.returned += own->returned;
  counts.threw += own->threw;
  counts.unknown += own->unknown;
  counts.cancelled += own->cancelled;
  counts.polls += own->polls;
  counts.busy += own->busy;
  counts.scheduled += own->scheduled;
  if (own->longest > counts.longest) counts.longest = own->longest;
  return counts;
}

// The same for the tables whose slots hold their id first: groups, timers, resources, loops.
static inline uint32_t tp_copy_slots(
    const void *table, size_t stride, size_t id_offset, uint32_t end, void *copies, uint32_t room) {
  uint32_t count = 0;
  for (uint32_t slot = 0; slot < end && count < room; slot++) {
    const char *source = (const char *)table + stride * slot;
    const uint64_t *id = (const uint64_t *)(source + id_offset);
    uint64_t before = tp_load_acquire(id);
    if (before == 0) continue;
    memcpy((char *)copies + stride * count, source, stride);
    if (tp_load_again(id) == before) count++;
  }
  return count;
}
