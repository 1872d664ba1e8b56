// What AsyncRuntime asks the Swift runtime, and Swift has no name for. Inline, so that the probe
// itself needs nothing of Swift's.
#pragma once

#include <stdint.h>

struct swift_task;
__attribute__((swiftcall)) void *swift_task_getCurrent(void);
__attribute__((swiftcall)) uint64_t swift_task_getJobTaskId(struct swift_task *task);

// The native task that runs on this thread, or null.
static inline const void *tp_native_task(void) { return swift_task_getCurrent(); }

// The id of a native task, by which it is listed in the region.
static inline uint64_t tp_native_task_id(const void *task) {
  return swift_task_getJobTaskId((struct swift_task *)task);
}
