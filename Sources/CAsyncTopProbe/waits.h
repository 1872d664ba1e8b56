// What a native task waits for when its poll ends.
#pragma once

#include "tasks.h"

struct wait {
  uint8_t kind;
  uint64_t target;
  uint16_t site;
  uint16_t type;
};

// What is seldom waited for, or takes a look-up.
TP_OF_SUSPENDED_TASK TP_RARE static void find_rare_wait(
    struct wait *wait, uint32_t slot, const struct swift_dependency *dependency) {
  if (dependency->kind == SWIFT_WAITS_FOR_GROUP) {
    wait->kind = TP_WAIT_GROUP;
    wait->target = tp_group_id(tp_find_native_group(slot, dependency->target));
  } else if (dependency->kind == SWIFT_WAITS_FOR_EXECUTOR) {
    wait->kind = TP_WAIT_EXECUTOR;
    wait->type = (uint16_t)tp_class_site(dependency->target);
  }
}

// What the task waits for: what was announced for this wait, else what the runtime recorded.
TP_OF_SUSPENDED_TASK TP_INLINE struct wait wait_of(
    struct tp_pending *pending, uint32_t slot, const struct swift_task *task) {
  const struct swift_dependency *dependency = task->dependency;
  struct wait wait = {TP_WAIT_UNKNOWN, 0, 0, 0};
  if (TP_UNLIKELY(!dependency)) return wait;
  wait.target = (uintptr_t)dependency->target;
  if (TP_LIKELY(dependency->kind == SWIFT_WAITS_FOR_CONTINUATION)) {
    wait.kind = TP_WAIT_CONTINUATION;
    if (pending->wait_kind) {
      wait = (struct wait){pending->wait_kind, pending->wait_target,
                           (uint16_t)pending->wait_site, 0};
      pending->wait_kind = TP_WAIT_NONE;
    }
  } else if (dependency->kind == SWIFT_WAITS_FOR_TASK) {
    wait.kind = TP_WAIT_TASK;
    wait.target = swift_task_id(dependency->target);
  } else {
    struct wait rare = wait;
    find_rare_wait(&rare, slot, dependency);
    wait = rare;
  }
  return wait;
}
