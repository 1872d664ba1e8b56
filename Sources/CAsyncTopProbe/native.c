// What AsyncRuntime asks about native tasks and needs their layout; on or off, the probe knows it.
#include "include/probe.h"
#include "swift_task.h"

const void *tp_native_parent(const void *task) {
  return swift_layout_is_known() ? swift_task_parent(task) : NULL;
}
