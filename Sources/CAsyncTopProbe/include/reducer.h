// The reducer: the one place that says how an event changes the tables.
//
// The app applies it to the region as it emits; playback applies it to a region of its own. Called
// with a constant kind, all but that kind's lines fold away. An event of a task is applied by the
// thread that makes it true; the runtime orders those of one task (it suspends before it can be
// woken, is woken before it runs), so relaxed stores suffice. Two threads meet only in `flags`, in
// a group's counts, in a site's and in a resource's waits, which are added to atomically.
//
// An event is trusted, a slot is not: others may have written it. A slot's number that is read from
// the tables is compared with the region's own capacities before it is followed.
#pragma once

#include <stdbool.h>
#include <string.h>

#include "accounts.h"

// Clears whole words, each in one piece: a thread that meant to take the same slot may still look
// at its link.
TP_INLINE void tp_clear(void *start, size_t size) {
  typedef uint64_t __attribute__((may_alias)) word;
  for (size_t i = 0; i < size / sizeof(word); i++) TP_SET(((word *)start)[i], 0);
}

// A slot is about to be given to something else: it has no id until all of it is written, and that
// is stored last, by release. Whoever copies it reads the id before, by acquire, and after, behind
// a fence; if it saw anything that is written between the two, it sees another id or none.
TP_INLINE void tp_vacate(uint64_t *id) {
  TP_SET(*id, 0);
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

TP_INLINE void tp_name_part(struct tp_name *name, uint8_t part, uint64_t a, uint64_t b) {
  if (part >= TP_NAME_SIZE / 16) return;
  memcpy(name->text + 16 * part, &a, 8);
  memcpy(name->text + 16 * part + 8, &b, 8);
}

// Ends the stretch of time since the last change of state and begins the next one.
TP_INLINE void tp_task_enter(
    struct tp_task *task, struct tp_before before, uint8_t state, uint64_t ticks) {
  if (before.state == TP_TASK_RUNNING) {
    TP_SET(task->busy, TP_GET(task->busy) + tp_spent(before, ticks));
  } else if (before.state == TP_TASK_SCHEDULED) {
    TP_SET(task->scheduled, TP_GET(task->scheduled) + tp_spent(before, ticks));
  }
  TP_SET(task->since, ticks);
  TP_SET(task->state, state);
}

TP_INLINE void tp_task_create(
    struct tp_region *region, struct tp_task *task, const struct tp_event *event) {
  struct tp_task_origin *origin = &region->origins[event->slot];
  TP_SET(task->state, TP_TASK_FREE);
  tp_vacate(&task->id);
  TP_SET(task->since, event->ticks);
  TP_SET(task->busy, 0);
  TP_SET(task->scheduled, 0);
  TP_SET(task->polls, 0);
  TP_SET(task->wait_target, 0);
  TP_SET(task->wait_site, 0);
  TP_SET(task->stack, 0);
  TP_SET(task->wait_kind, TP_WAIT_NONE);
  TP_SET(task->worker, TP_NO_WORKER);
  TP_SET(task->wait_type, 0);
  TP_SET(task->outcome, TP_OUTCOME_NONE);
  TP_SET(task->longest, 0);
  tp_clear(origin, sizeof *origin);
  TP_SET(origin->created, event->ticks);
  TP_SET(origin->parent, event->b);
  struct tp_task_detail *detail = &region->details[event->slot];
  TP_SET(detail->name.text[0], 0);
  TP_SET(detail->cancelled, 0);
  TP_SET(detail->error_type, 0);
  __atomic_store_n(&task->id, event->a, __ATOMIC_RELEASE);
  __atomic_store_n(&task->state, TP_TASK_CREATED, __ATOMIC_RELEASE);
}

// Ends a poll. A hop to another executor leaves the task runnable, as does a yield: it waits for a
// thread, not for an event.
TP_INLINE void tp_task_suspend(
    struct tp_task *task, struct tp_before before, const struct tp_event *event) {
  bool is_ready = event->detail == TP_WAIT_EXECUTOR || event->detail == TP_WAIT_TURN;
  tp_task_enter(task, before, is_ready ? TP_TASK_SCHEDULED : TP_TASK_WAITING, event->ticks);
  TP_SET(task->wait_kind, event->detail);
  TP_SET(task->wait_target, event->a);
  TP_SET(task->wait_site, (uint16_t)event->b);
  TP_SET(task->stack, (uint16_t)(event->b >> 16));
  TP_SET(task->wait_type, (uint16_t)(event->b >> 32));
}

TP_INLINE void tp_task_cancel(struct tp_region *region, const struct tp_event *event) {
  uint16_t *flags = &region->origins[event->slot].flags;
  uint16_t before = __atomic_fetch_or(flags, TP_TASK_CANCELLED, __ATOMIC_RELAXED);
  if (before & TP_TASK_CANCELLED) return;
  TP_SET(region->details[event->slot].cancelled, event->ticks);
}

TP_INLINE void tp_count_child(struct tp_region *region, uint32_t group, bool has_ended) {
  if (group == 0 || group > region->group_capacity) return;
  struct tp_group *slot = &region->groups[group - 1];
  tp_add(has_ended ? &slot->ended : &slot->spawned, 1);
  tp_changed(region, region->group_changes, group - 1);
}

TP_INLINE void tp_task_end(
    struct tp_region *region, struct tp_task *task, struct tp_before before,
    struct tp_worker *worker, const struct tp_event *event, bool owns_site) {
  const struct tp_task_origin *origin = &region->origins[event->slot];
  tp_task_polled(region, task, before, worker, event->slot, event->ticks);
  TP_SET(task->outcome, event->detail);
  tp_task_enter(task, before, TP_TASK_FREE, event->ticks);
  tp_site_ended(region, task, origin, event->detail, owns_site);
  tp_count_child(region, TP_GET(origin->group), true);
}

// Makes a task runnable, if it is not yet.
TP_INLINE void tp_task_schedule(
    struct tp_region *region, struct tp_task *task, struct tp_before before,
    const struct tp_event *event) {
  struct tp_task_origin *origin = &region->origins[event->slot];
  TP_SET(origin->woken_by, event->a);
  TP_SET(origin->wakes, TP_GET(origin->wakes) + 1);
  if (before.state == TP_TASK_SCHEDULED) return;
  if (TP_GET(task->wait_kind) == TP_WAIT_RESOURCE) {
    tp_resource_waited(region, task, tp_spent(before, event->ticks));
  }
  tp_task_enter(task, before, TP_TASK_SCHEDULED, event->ticks);
}

TP_INLINE void tp_reduce_task(
    struct tp_region *region, struct tp_task *task, uint16_t index, struct tp_worker *worker,
    const struct tp_event *event, bool is_known, bool owns_site) {
  struct tp_task_origin *origin = &region->origins[event->slot];
  struct tp_before before = tp_before(task);
  if (event->kind == TP_EVENT_TASK_CREATED) {
    tp_task_create(region, task, event);
    tp_task_changed(region, event->slot, before.since);
    return;
  }
  if (before.state == TP_TASK_FREE || (!is_known && (uint16_t)TP_GET(task->id) != event->tag)) {
    return;
  }
  switch (event->kind) {
    case TP_EVENT_TASK_ORIGIN: {
      TP_SET(origin->site, (uint32_t)event->a);
      TP_SET(origin->group, (uint32_t)(event->a >> 32));
      TP_SET(origin->flags, (uint16_t)(TP_GET(origin->flags) | event->b));
      TP_SET(origin->priority, (uint8_t)(event->b >> 16));
      tp_count_child(region, (uint32_t)(event->a >> 32), false);
      break;
    }
    case TP_EVENT_TASK_NAMED:
      tp_name_part(&region->details[event->slot].name, event->detail, event->a, event->b);
      break;
    case TP_EVENT_TASK_SCHEDULED: tp_task_schedule(region, task, before, event); break;
    case TP_EVENT_POLL_BEGAN:
      tp_task_enter(task, before, TP_TASK_RUNNING, event->ticks);
      TP_SET(task->polls, TP_GET(task->polls) + 1);
      TP_SET(task->worker, index);
      TP_SET(task->wait_kind, TP_WAIT_NONE);
      break;
    case TP_EVENT_POLL_ENDED:
      tp_task_polled(region, task, before, worker, event->slot, event->ticks);
      tp_task_suspend(task, before, event);
      break;
    case TP_EVENT_TASK_CANCELLED: tp_task_cancel(region, event); break;
    case TP_EVENT_TASK_AWAITED: TP_SET(origin->awaited_in, (uint32_t)event->a); break;
    case TP_EVENT_TASK_ENDED: tp_task_end(region, task, before, worker, event, owns_site); break;
  }
  tp_task_changed(region, event->slot, before.since);
}

TP_INLINE void tp_reduce_group(struct tp_region *region, const struct tp_event *event) {
  struct tp_group *group = &region->groups[event->slot];
  if (event->kind == TP_EVENT_GROUP_CREATED) {
    tp_vacate(&group->id);
    tp_clear(group, sizeof *group);
    TP_SET(group->parent, event->b);
    TP_SET(group->created, event->ticks);
    TP_SET(group->kind, event->detail);
    __atomic_store_n(&group->id, event->a, __ATOMIC_RELEASE);
    return;
  }
  uint64_t id = TP_GET(group->id);
  if ((uint16_t)id != event->tag || id == 0) return;
  switch (event->kind) {
    case TP_EVENT_GROUP_ORIGIN:
      TP_SET(group->site, (uint32_t)event->a);
      TP_SET(group->address, event->b);
      break;
    case TP_EVENT_GROUP_NAMED:
      tp_name_part(&group->name, event->detail, event->a, event->b);
      break;
    case TP_EVENT_GROUP_CANCELLED: TP_SET(group->cancelled, 1); break;
    case TP_EVENT_GROUP_ENDED: TP_SET(group->id, 0); break;
  }
}

TP_INLINE void tp_reduce_timer(struct tp_region *region, const struct tp_event *event) {
  struct tp_timer *timer = &region->timers[event->slot];
  if (event->kind == TP_EVENT_TIMER_ARMED) {
    tp_vacate(&timer->id);
    TP_SET(timer->deadline, event->b);
    TP_SET(timer->armed, event->ticks);
    TP_SET(timer->owner, 0);
    TP_SET(timer->site, 0);
    TP_SET(timer->loop, 0);
    TP_SET(timer->kind, event->detail);
    TP_SET(timer->of_wait, 0);
    __atomic_store_n(&timer->id, event->a, __ATOMIC_RELEASE);
    return;
  }
  uint64_t id = TP_GET(timer->id);
  if ((uint16_t)(id >> 32) != event->tag || id == 0) return;
  if (event->kind == TP_EVENT_TIMER_ORIGIN) {
    TP_SET(timer->owner, event->a);
    TP_SET(timer->site, (uint32_t)event->b);
    TP_SET(timer->loop, (uint16_t)(event->b >> 32));
    TP_SET(timer->of_wait, event->detail);
  } else {
    TP_SET(timer->id, 0);
  }
}

TP_INLINE void tp_reduce_resource(struct tp_region *region, const struct tp_event *event) {
  struct tp_resource *resource = &region->resources[event->slot];
  if (event->kind == TP_EVENT_RESOURCE_CREATED) {
    uint64_t generation = TP_GET(resource->generation);
    tp_vacate(&resource->id);
    tp_clear(resource, sizeof *resource);
    TP_SET(resource->generation, generation);
    TP_SET(resource->created, event->ticks);
    TP_SET(resource->site, (uint32_t)event->b);
    TP_SET(resource->kind, event->detail);
    __atomic_store_n(&resource->id, event->a, __ATOMIC_RELEASE);
    return;
  }
  uint64_t id = TP_GET(resource->id);
  if ((uint16_t)(id >> 32) != event->tag || id == 0) return;
  switch (event->kind) {
    case TP_EVENT_RESOURCE_NAMED:
      tp_name_part(&resource->name, event->detail, event->a, event->b);
      break;
    case TP_EVENT_RESOURCE_HELD:
      if (event->b) {
        TP_SET(resource->released_by, event->b);
        TP_SET(resource->released_from, TP_GET(resource->holder));
      }
      TP_SET(resource->holder, event->a);
      TP_SET(resource->held_since, event->a ? event->ticks : 0);
      if (event->a) tp_add(&resource->uses, 1);
      break;
    case TP_EVENT_RESOURCE_LEVEL:
      TP_SET(resource->depth, (uint32_t)event->a);
      TP_SET(resource->capacity, (uint32_t)(event->a >> 32));
      TP_SET(resource->waiters, (uint32_t)event->b);
      TP_SET(resource->producers, (uint32_t)(event->b >> 32));
      break;
    case TP_EVENT_RESOURCE_BYTES:
      TP_SET(resource->bytes_in, event->a);
      TP_SET(resource->bytes_out, event->b);
      break;
    case TP_EVENT_RESOURCE_ENDED: TP_SET(resource->id, 0); break;
  }
}

TP_INLINE void tp_reduce_loop(
    struct tp_region *region, uint16_t worker, const struct tp_event *event) {
  struct tp_loop *loop = &region->loops[event->slot];
  if (event->kind == TP_EVENT_LOOP_STARTED) {
    tp_vacate(&loop->id);
    tp_clear(loop, sizeof *loop);
    TP_SET(loop->created, event->ticks);
    TP_SET(loop->lag_window, event->ticks);
    TP_SET(loop->worker, worker);
    __atomic_store_n(&loop->id, event->a, __ATOMIC_RELEASE);
    return;
  }
  if (TP_GET(loop->id) == 0) return;
  switch (event->kind) {
    case TP_EVENT_LOOP_NAMED: tp_name_part(&loop->name, event->detail, event->a, event->b); break;
    case TP_EVENT_LOOP_RAN:
      TP_SET(loop->iterations, loop->iterations + 1);
      TP_SET(loop->busy, loop->busy + event->a);
      TP_SET(loop->lag, event->b);
      if (event->detail) {
        TP_SET(loop->lag_before, TP_GET(loop->lag_max));
        TP_SET(loop->lag_max, 0);
        TP_SET(loop->lag_window, event->ticks);
      }
      if (event->b > loop->lag_max) TP_SET(loop->lag_max, event->b);
      TP_SET(loop->worker, worker);
      break;
    case TP_EVENT_LOOP_LEVEL:
      TP_SET(loop->ready, (uint32_t)event->a);
      TP_SET(loop->timers, (uint32_t)(event->a >> 32));
      break;
    case TP_EVENT_LOOP_LONGEST:
      TP_SET(loop->longest_job, event->b);
      TP_SET(loop->longest_ended, event->ticks);
      TP_SET(loop->longest_task, event->detail ? 0 : event->a);
      TP_SET(loop->longest_site, event->detail ? (uint32_t)event->a : 0);
      break;
    case TP_EVENT_LOOP_ENDED: TP_SET(loop->id, 0); break;
  }
}

// Counts and, for the worker itself, its state. Each worker's record has one writer: its thread.
TP_INLINE void tp_count_event(
    const struct tp_task *task, struct tp_worker *worker, const struct tp_event *event) {
#define TP_COUNT(which) TP_SET(worker->counters[which], TP_GET(worker->counters[which]) + 1)
  switch (event->kind) {
    case TP_EVENT_TASK_CREATED: TP_COUNT(TP_COUNT_CREATED); break;
    case TP_EVENT_TASK_ORIGIN:
      if (event->b & TP_TASK_ADOPTED) TP_COUNT(TP_COUNT_ADOPTED);
      break;
    case TP_EVENT_TASK_SCHEDULED: TP_COUNT(TP_COUNT_WAKES); break;
    case TP_EVENT_TASK_CANCELLED: TP_COUNT(TP_COUNT_CANCELLED); break;
    case TP_EVENT_TIMER_ARMED: TP_COUNT(TP_COUNT_TIMERS); break;
    case TP_EVENT_POLL_BEGAN:
      TP_COUNT(TP_COUNT_POLLS);
      TP_SET(worker->task, TP_GET(task->id));
      TP_SET(worker->task_since, event->ticks);
      break;
    case TP_EVENT_POLL_ENDED:
      TP_COUNT(TP_COUNT_WAITS + (event->detail < TP_WAIT_KINDS ? event->detail : TP_WAIT_UNKNOWN));
      TP_SET(worker->task, 0);
      break;
    case TP_EVENT_TASK_ENDED:
      TP_COUNT(TP_COUNT_ENDED);
      TP_SET(worker->task, 0);
      break;
    case TP_EVENT_WORKER_STARTED:
      TP_SET(worker->tid, (uint32_t)event->a);
      TP_SET(worker->state, TP_WORKER_LIVE);
      break;
    case TP_EVENT_WORKER_NAMED:
      memcpy(worker->name, &event->a, 8);
      memcpy(worker->name + 8, &event->b, 8);
      worker->name[15] = 0;
      break;
    case TP_EVENT_WORKER_ENDED:
      TP_SET(worker->task, 0);
      TP_SET(worker->state, TP_WORKER_EXITED);
      break;
  }
#undef TP_COUNT
}

// Applies to its worker's record what an event says of it, and to nothing else.
TP_INLINE void tp_reduce_worker(
    struct tp_region *region, uint16_t index, const struct tp_event *event) {
  bool is_of_task = event->kind < TP_EVENT_GROUP_CREATED;
  tp_count_event(
      is_of_task ? &region->tasks[event->slot] : NULL, &region->workers[index], event);
}

// Applies one event of a task, which is in this slot, reported by this worker. Of a task that is
// known to be there, the tag need not be compared. The worker that owns the task's site has counts
// there that nobody else adds to.
TP_INLINE void tp_reduce_of_task(
    struct tp_region *region, struct tp_task *task, uint16_t index, struct tp_worker *worker,
    const struct tp_event *event, bool is_known, bool owns_site) {
  tp_reduce_task(region, task, index, worker, event, is_known, owns_site);
  tp_count_event(task, worker, event);
}

// Applies one event, reported by one worker. The slot must be below the table's capacity, the
// worker below the workers'.
TP_INLINE void tp_reduce(struct tp_region *region, uint16_t index, const struct tp_event *event) {
  struct tp_worker *worker = &region->workers[index];
  if (event->kind < TP_EVENT_GROUP_CREATED) {
    tp_reduce_of_task(region, &region->tasks[event->slot], index, worker, event, false, false);
    return;
  }
  if (event->kind < TP_EVENT_TIMER_ARMED) {
    tp_reduce_group(region, event);
    tp_changed(region, region->group_changes, event->slot);
  } else if (event->kind < TP_EVENT_RESOURCE_CREATED) {
    tp_reduce_timer(region, event);
    tp_changed(region, region->timer_changes, event->slot);
  } else if (event->kind < TP_EVENT_LOOP_STARTED) {
    tp_reduce_resource(region, event);
    tp_changed(region, region->resource_changes, event->slot);
  } else if (event->kind < TP_EVENT_WORKER_STARTED) {
    tp_reduce_loop(region, index, event);
  }
  tp_count_event(NULL, worker, event);
}
