// Which executor, mostly an actor, a task runs on or waits for.
#include "tasks.h"

bool tp_sees_switches;

// The name of a native class, from its metadata's context descriptor; stored once for each class.
uint32_t tp_class_site(const void *object) {
  const uintptr_t *metadata = object ? *(const uintptr_t *const *)object : NULL;
  if (!metadata) return 0;
  // Swift's classes have kind 0 where there is no Objective-C; anything else is left alone.
  if (metadata[0] != 0) return 0;
  const int32_t *descriptor = (const int32_t *)metadata[5];
  if (!descriptor || ((uintptr_t)descriptor & 3) || (descriptor[0] & 0x1f) != 16) return 0;
  return tp_type_site(metadata, (const char *)(descriptor + 2) + descriptor[2]);
}

// Of a task that runs: the executor that it runs on, null for the pool of threads. No event says
// so, only the tables; the next event of the task overwrites it.
static void set_executor(uint32_t slot, const void *executor) {
  struct tp_task *task = &tp_live.tasks[slot];
  TP_SET(task->wait_kind, TP_WAIT_NONE);
  if (executor) {
    TP_SET(task->wait_target, (uintptr_t)executor);
    TP_SET(task->wait_type, (uint16_t)tp_class_site(executor));
    __atomic_store_n(&task->wait_kind, TP_WAIT_EXECUTOR, __ATOMIC_RELEASE);
  }
  tp_task_changed(&tp_live, slot, TP_GET(task->since));
}

void tp_note_executor(uint32_t slot) {
  const void *executor = swift_task_getCurrentExecutor().identity;
  if (executor) set_executor(slot, executor);
}

TP_RARE void tp_task_switches(const void *executor) {
  const struct tp_thread *thread = &tp_this_thread;
  if (thread->depth == 0 || thread->depth > 16) return;
  uint32_t slot = thread->polling[thread->depth - 1];
  if (!slot--) return;
  const struct tp_task *task = &tp_live.tasks[slot];
  bool is_on = TP_GET(task->wait_kind) == TP_WAIT_EXECUTOR;
  if (executor ? is_on && TP_GET(task->wait_target) == (uintptr_t)executor : !is_on) return;
  set_executor(slot, executor);
}
