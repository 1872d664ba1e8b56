// What the reducer adds up: how long polls and waits took, and what tasks came to.
#pragma once

#include <stdbool.h>

#include "region.h"

#define TP_INLINE static inline __attribute__((always_inline, unused))

#define TP_SET(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)
#define TP_GET(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)

// What is rarely called from where a task changes: nothing there is kept for it in registers that
// would have to be saved before.
#define TP_RARE __attribute__((noinline, cold, preserve_most))

// Both may be raised by several threads at once.
TP_INLINE void tp_add(uint64_t *sum, uint64_t value) {
  if (value) __atomic_fetch_add(sum, value, __ATOMIC_RELAXED);
}

TP_INLINE void tp_raise_to(uint64_t *most, uint64_t value) {
  uint64_t found = __atomic_load_n(most, __ATOMIC_RELAXED);
  while (found < value && !__atomic_compare_exchange_n(
                              most, &found, value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

TP_INLINE void tp_raise32(uint32_t *most, uint32_t value) {
  uint32_t found = __atomic_load_n(most, __ATOMIC_RELAXED);
  while (found < value && !__atomic_compare_exchange_n(
                              most, &found, value, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
  }
}

// A slot's block has changed. The epoch is read after the change, and the word is written after
// both, unless it says so already: see Changed blocks in Layout.md.
TP_INLINE void tp_changed(const struct tp_region *region, uint64_t *changes, uint32_t slot) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  uint64_t epoch = TP_GET(*region->epoch);
  if (epoch == 0) return;
  uint64_t *word = &changes[slot / TP_BLOCK], found = TP_GET(*word);
  while (found < epoch && !__atomic_compare_exchange_n(
                              word, &found, epoch, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
  }
}

TP_RARE __attribute__((unused)) static void tp_task_changed_first(
    const struct tp_region *region, uint32_t slot) {
  tp_changed(region, region->task_changes, slot);
}

// The same of a task whose last change of state before this one was at a moment: if that was in the
// epoch, the block says so already.
TP_INLINE void tp_task_changed(const struct tp_region *region, uint32_t slot, uint64_t before) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (__builtin_expect(before < TP_GET(*region->epoch), 0)) tp_task_changed_first(region, slot);
}

// How a task was before an event: in which state, and since when.
struct tp_before {
  uint64_t since;
  uint8_t state;
};

TP_INLINE struct tp_before tp_before(const struct tp_task *task) {
  return (struct tp_before){TP_GET(task->since), TP_GET(task->state)};
}

// How long it was so.
TP_INLINE uint64_t tp_spent(struct tp_before before, uint64_t ticks) {
  return ticks > before.since ? ticks - before.since : 0;
}

// How long the poll took that ends now; 0 if none was open.
TP_INLINE uint64_t tp_poll_length(struct tp_before before, uint64_t ticks) {
  return before.state == TP_TASK_RUNNING ? tp_spent(before, ticks) : 0;
}

// A poll ends. Only a new longest one touches the origin's cache line.
TP_INLINE void tp_task_polled(
    struct tp_region *region, struct tp_task *task, struct tp_before before,
    struct tp_worker *worker, uint32_t slot, uint64_t ticks) {
  uint64_t length = tp_poll_length(before, ticks);
  uint64_t units = length / TP_LONGEST_UNIT;
  if (__builtin_expect(units > TP_GET(task->longest), 0) && TP_GET(task->longest) != UINT32_MAX) {
    struct tp_task_origin *origin = &region->origins[slot];
    TP_SET(task->longest, units < UINT32_MAX ? (uint32_t)units : UINT32_MAX);
    TP_SET(origin->longest_poll, length);
    TP_SET(origin->longest_ended, ticks);
  }
  if (__builtin_expect(length > TP_GET(worker->longest_poll), 0)) {
    TP_SET(worker->longest_poll, length);
    TP_SET(worker->longest_ended, ticks);
    TP_SET(worker->longest_task, TP_GET(task->id));
  }
}

// The task's wait for a resource has ended: it is made runnable.
TP_INLINE void tp_resource_waited(
    struct tp_region *region, const struct tp_task *task, uint64_t spent) {
  uint64_t id = TP_GET(task->wait_target);
  if ((uint32_t)id >= region->resource_capacity) return;
  struct tp_resource *resource = &region->resources[(uint32_t)id];
  if (id == 0 || TP_GET(resource->id) != id) return;
  tp_add(&resource->waits, 1);
  tp_add(&resource->waited, spent);
  tp_raise_to(&resource->longest_wait, spent);
  tp_changed(region, region->resource_changes, (uint32_t)id);
}

// Adds to a sum that has one writer, or several.
TP_INLINE void tp_add_to(uint64_t *sum, uint64_t value, bool is_own) {
  if (is_own) {
    TP_SET(*sum, TP_GET(*sum) + value);
  } else {
    tp_add(sum, value);
  }
}

// A task ends: what it came to is added to its site, by the worker that has counts of its own
// there, or by others.
TP_INLINE void tp_site_ended(
    struct tp_region *region, const struct tp_task *task, const struct tp_task_origin *origin,
    uint8_t outcome, bool is_own) {
  uint32_t site = TP_GET(origin->site);
  if (site == 0 || site >= region->site_capacity) return;
  struct tp_site_counts *counts =
      is_own ? &region->site_own_counts[site] : &region->site_counts[site];
  tp_add_to(
      outcome == TP_OUTCOME_RETURNED ? &counts->returned
      : outcome == TP_OUTCOME_THREW  ? &counts->threw
                                     : &counts->unknown,
      1, is_own);
  if (TP_GET(origin->flags) & TP_TASK_CANCELLED) tp_add_to(&counts->cancelled, 1, is_own);
  tp_add_to(&counts->polls, TP_GET(task->polls), is_own);
  tp_add_to(&counts->busy, TP_GET(task->busy), is_own);
  tp_add_to(&counts->scheduled, TP_GET(task->scheduled), is_own);
  uint64_t longest = TP_GET(origin->longest_poll);
  if (longest > TP_GET(counts->longest)) tp_raise_to(&counts->longest, longest);
  tp_changed(region, region->site_changes, site);
}
