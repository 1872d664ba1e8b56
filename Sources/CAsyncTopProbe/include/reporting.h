// What an app reports beside its tasks: timers, groups, resources and loops.
#pragma once

#include "probe.h"

// Lists a timer and returns its id, 0 if it is not listed. `loop` is slot + 1 or 0.
TP_INLINE uint64_t tp_timer_armed(
    uint8_t kind, uint64_t deadline, uint64_t owner, uint32_t site, uint16_t loop, bool of_wait) {
  if (!tp_is_on()) return 0;
  struct tp_thread *thread = tp_current_thread();
  struct tp_magazine *magazine = &thread->timers;
  if (TP_UNLIKELY(magazine->count == 0)) {
    if (!tp_fill_magazine(&tp_own.timers, magazine)) return 0;
  }
  uint32_t slot = magazine->slots[--magazine->count];
  uint64_t arms = TP_GET(tp_live.timers[slot].arms) + 1;
  TP_SET(tp_live.timers[slot].arms, arms);
  uint64_t ticks = tp_ticks();
  uint16_t tag = (uint16_t)arms;
  uint64_t id = arms << 32 | slot;
  tp_emit(thread, (struct tp_event){ticks, slot, TP_EVENT_TIMER_ARMED, kind, tag, id, deadline});
  tp_emit(
      thread, (struct tp_event){ticks, slot, TP_EVENT_TIMER_ORIGIN, of_wait, tag, owner,
                                (uint64_t)loop << 32 | site});
  return id;
}

// Takes a timer off the list. `how`: 1 fired, 2 cancelled.
TP_INLINE void tp_timer_ended(uint64_t id, uint8_t how) {
  if (!tp_is_on() || id == 0) return;
  struct tp_thread *thread = tp_current_thread();
  uint32_t slot = (uint32_t)id;
  if (slot >= tp_own.timers.capacity || TP_GET(tp_live.timers[slot].id) != id) return;
  tp_emit(
      thread, (struct tp_event){tp_ticks(), slot, TP_EVENT_TIMER_ENDED, how, (uint16_t)(id >> 32),
                                0, 0});
  struct tp_magazine *magazine = &thread->timers;
  if (TP_UNLIKELY(magazine->count == TP_MAGAZINE)) {
    tp_empty_magazine(&tp_own.timers, magazine, TP_MAGAZINE / 2);
  }
  magazine->slots[magazine->count++] = slot;
}

// A native task that is alive is one of several that a resource stands for, or no longer. The
// latest counts of those that await it.
void tp_task_awaited(const void *task, uint64_t resource);
void tp_task_not_awaited(const void *task, uint64_t resource);

// Groups of AsyncRuntime. Returns slot + 1, or 0.
uint32_t tp_group_created(uint8_t kind, uint64_t address, uint32_t site, const char *name);
void tp_group_cancelled(uint32_t group);
void tp_group_ended(uint32_t group);
TP_INLINE uint64_t tp_group_id(uint32_t group) {
  return group ? tp_live.groups[group - 1].id : 0;
}

// Resources. Return and take ids; 0 and those of TP_UNLISTED are not listed, and every call takes
// them.
uint64_t tp_resource_created(uint8_t kind, uint32_t site, const char *name);
void tp_resource_named(uint64_t id, const char *name);
// The task that holds it now, or 0; and the one that released it while another one held it, or 0.
void tp_resource_held(uint64_t id, uint64_t holder, uint64_t released_by);
// The id of the task that holds it, or 0, and since when, in ticks.
uint64_t tp_resource_holder(uint64_t id, uint64_t *held_since);
// Of the waiters, the producers wait for room in a queue.
void tp_resource_level(
    uint64_t id, uint32_t depth, uint32_t capacity, uint32_t waiters, uint32_t producers);
void tp_resource_bytes(uint64_t id, uint64_t bytes_in, uint64_t bytes_out);
void tp_resource_ended(uint64_t id);

// Loops. `loop` is slot + 1, or 0. Called on the thread that runs it.
uint16_t tp_loop_started(const char *name);
void tp_loop_ended(uint16_t loop);
// The loop on this thread is about to run what is ready, then about to wait in its selector.
void tp_loop_runs(uint16_t loop, uint64_t ticks, uint32_t ready, uint32_t timers);
void tp_loop_waits(uint16_t loop, uint64_t ticks, uint64_t lag);
// A loop runs on this thread, perhaps before it has looked for events for the first time.
void tp_loop_entered(struct tp_thread *thread, uint16_t loop);
void tp_loop_longest(struct tp_thread *thread, uint8_t detail, uint64_t what, uint64_t length,
                     uint64_t ticks);
// Something else than a job takes time on the loop of this thread: the next poll begins after it.
TP_INLINE void tp_loop_works(void) {
  struct tp_thread *thread = &tp_this_thread;
  thread->moment = 0;
  thread->turns = 0;
}

// The loop on this thread calls a callback. Returns the moment, 0 while the probe is off.
TP_INLINE uint64_t tp_loop_calls(void) {
  tp_loop_works();
  return tp_is_on() ? tp_ticks() : 0;
}

// A callback of the loop on this thread has ended.
TP_INLINE void tp_loop_called(uint16_t loop, uint32_t site, uint64_t began) {
  if (!tp_is_on() || !loop) return;
  uint64_t ticks = tp_ticks();
  struct tp_thread *thread = tp_current_thread();
  if (TP_UNLIKELY(thread->loop != loop)) tp_loop_entered(thread, loop);
  if (TP_UNLIKELY(ticks - began > thread->longest_job && ticks > began)) {
    tp_loop_longest(thread, 1, site, ticks - began, ticks);
  }
}
