// What is asked about, and said of, native tasks that are listed.
#include "tasks.h"

void tp_task_named(const void *task, const char *name) {
  uint32_t slot = tp_listed_task(task);
  if (!slot--) return;
  uint16_t tag = (uint16_t)TP_GET(tp_live.tasks[slot].id);
  tp_emit_name(tp_current_thread(), TP_EVENT_TASK_NAMED, slot, tag, name);
}

static void set_awaited(uint32_t slot, uint32_t mark) {
  tp_emit(
      tp_current_thread(), (struct tp_event){tp_ticks(), slot, TP_EVENT_TASK_AWAITED, 0,
                                             (uint16_t)TP_GET(tp_live.tasks[slot].id), mark, 0});
}

void tp_task_awaited(const void *task, uint64_t resource) {
  uint32_t slot = tp_listed_task(task), mark = tp_resource_mark(resource);
  if (slot && mark) set_awaited(slot - 1, mark);
}

void tp_task_not_awaited(const void *task, uint64_t resource) {
  uint32_t slot = tp_listed_task(task), mark = tp_resource_mark(resource);
  if (slot && mark && TP_GET(tp_live.origins[slot - 1].awaited_in) == mark) {
    set_awaited(slot - 1, 0);
  }
}

bool tp_task_is_running(const struct swift_task *task) {
  uint32_t slot = tp_listed_task(task);
  return slot && TP_GET(tp_live.tasks[slot - 1].state) == TP_TASK_RUNNING;
}

bool tp_has_native_groups(const struct swift_task *task) {
  if (!TP_GET(tp_lists_native_groups)) return false;
  uint32_t slot = tp_listed_task(task);
  return slot && TP_GET(tp_own.tasks.links[slot - 1]);
}

void tp_check_groups_of(const struct swift_task *task) {
  tp_check_native_groups(tp_listed_task(task) - 1, task);
}
