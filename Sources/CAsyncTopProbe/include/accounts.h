// What the reducer adds up: how long polls and waits took, and what tasks came to.
#pragma once

#include <stdbool.h>

#include "region.h"

#define TP_INLINE static inline __attribute__((always_inline, unused))

#define TP_SET(field, value) __atomic_store_n(&(field), (value), __ATOMIC_RELAXED)
#define TP_GET(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)

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

// Out of line, so that where a task changes there is a comparison and nothing else.
__attribute__((noinline, cold, unused)) static void tp_task_changed_first(
    const struct tp_region *region, uint32_t slot) {
  tp_changed(region, region->task_changes, slot);
}

// The same of a task whose last change of state before this one was at a moment: if that was in the
// epoch, the block says so already.
TP_INLINE void tp_task_changed(const struct tp_region *region, uint32_t slot, uint64_t before) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (__builtin_expect(before < TP_GET(*region->epoch), 0)) tp_task_changed_first(region, slot);
}

// How long the poll took that ends now; 0 if none was open.
TP_INLINE uint64_t tp_poll_length(const struct tp_task *task, uint64_t ticks) {
  uint64_t since = TP_GET(task->since);
  return TP_GET(task->state) == TP_TASK_RUNNING && ticks > since ? ticks - since : 0;
}

// A poll ends. Only a new longest one touches the origin's cache line.
TP_INLINE void tp_task_polled(
    struct tp_region *region, uint16_t index, uint32_t slot, uint64_t ticks) {
  struct tp_task *task = &region->tasks[slot];
  uint64_t length = tp_poll_length(task, ticks);
  uint64_t units = length / TP_LONGEST_UNIT;
  if (units > TP_GET(task->longest) && TP_GET(task->longest) != UINT32_MAX) {
    struct tp_task_origin *origin = &region->origins[slot];
    TP_SET(task->longest, units < UINT32_MAX ? (uint32_t)units : UINT32_MAX);
    TP_SET(origin->longest_poll, length);
    TP_SET(origin->longest_ended, ticks);
  }
  struct tp_worker *worker = &region->workers[index];
  if (length > TP_GET(worker->longest_poll)) {
    TP_SET(worker->longest_poll, length);
    TP_SET(worker->longest_ended, ticks);
    TP_SET(worker->longest_task, TP_GET(task->id));
  }
}

// The task's wait for a resource has ended: it is made runnable.
TP_INLINE void tp_resource_waited(
    struct tp_region *region, const struct tp_task *task, uint64_t ticks) {
  uint64_t id = TP_GET(task->wait_target), since = TP_GET(task->since);
  if ((uint32_t)id >= region->resource_capacity) return;
  struct tp_resource *resource = &region->resources[(uint32_t)id];
  if (id == 0 || TP_GET(resource->id) != id) return;
  uint64_t spent = ticks > since ? ticks - since : 0;
  tp_add(&resource->waits, 1);
  tp_add(&resource->waited, spent);
  tp_raise_to(&resource->longest_wait, spent);
  tp_changed(region, region->resource_changes, (uint32_t)id);
}

// A task ends: what it came to is added to its site.
TP_INLINE void tp_site_ended(
    struct tp_region *region, const struct tp_task *task, const struct tp_task_origin *origin,
    uint8_t outcome) {
  uint32_t site = TP_GET(origin->site);
  if (site == 0 || site >= region->site_capacity) return;
  struct tp_site_counts *counts = &region->site_counts[site];
  tp_add(
      outcome == TP_OUTCOME_RETURNED ? &counts->returned
      : outcome == TP_OUTCOME_THREW  ? &counts->threw
                                     : &counts->unknown,
      1);
  if (TP_GET(origin->flags) & TP_TASK_CANCELLED) tp_add(&counts->cancelled, 1);
  tp_add(&counts->polls, TP_GET(task->polls));
  tp_add(&counts->busy, TP_GET(task->busy));
  tp_add(&counts->scheduled, TP_GET(task->scheduled));
  tp_raise_to(&counts->longest, TP_GET(origin->longest_poll));
  tp_changed(region, region->site_changes, site);
}
