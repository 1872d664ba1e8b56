// A Swift task in memory, as libswift_Concurrency of layout version 1 and task size 208 has it on
// 64-bit Linux (Swift 6.3). tp_install_hooks refuses every other version and size, and the first
// tasks seen are checked against the runtime's own accessors (hooks.c).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWIFT_LAYOUT_VERSION 1u
#define SWIFT_TASK_SIZE 208u

#define SWIFT_CALL __attribute__((swiftcall))
#define SWIFT_ASYNC_CALL __attribute__((swiftasynccall))
#define SWIFT_ASYNC_CONTEXT __attribute__((swift_async_context))

struct swift_async_context {
  struct swift_async_context *parent;
  void *resume_parent;  // code that goes on in the parent
};

enum swift_dependency_kind {
  SWIFT_WAITS_FOR_TASK = 1,
  SWIFT_WAITS_FOR_CONTINUATION = 2,
  SWIFT_WAITS_FOR_GROUP = 3,
  SWIFT_WAITS_FOR_EXECUTOR = 4,
};

struct swift_dependency {
  size_t record_flags;
  void *record_parent;
  void *target;  // a task, continuation context, group, or the executor's identity
  void *target_implementation;
  uint32_t kind;  // swift_dependency_kind
};

// What is attached to a task; the low byte of the flags is the kind.
struct swift_status_record {
  size_t flags;
  struct swift_status_record *next;
  void *payload;
};
#define SWIFT_RECORD_NAME 6u
// Where a group holds its status record.
#define SWIFT_GROUP_RECORD_OFFSET 8u

enum swift_job_flags {
  SWIFT_JOB_KIND_MASK = 0xff,  // 0: a task
  SWIFT_JOB_CONTINUES = 0xc3,  // a job that resumes a continuation: swift_task_job
  SWIFT_JOB_CHILD = 1 << 24,
  SWIFT_JOB_FUTURE = 1 << 25,
  SWIFT_JOB_GROUP_CHILD = 1 << 26,
  SWIFT_JOB_ASYNC_LET = 1 << 28,
};

enum swift_task_status {
  SWIFT_STATUS_CANCELLED = 0x100,
  SWIFT_STATUS_LOCKED = 0x200,  // somebody changes the records
  SWIFT_STATUS_RUNNING = 0x800,
  SWIFT_STATUS_ENQUEUED = 0x1000,
  SWIFT_STATUS_COMPLETE = 0x2000,
  SWIFT_STATUS_HAS_DEPENDENCY = 0x4000,
};

struct swift_task {
  const void *metadata;
  uint64_t reference_count;
  void *scheduler_private[2];
  uint32_t flags;  // swift_job_flags; bits 8–15 are the priority
  uint32_t id_low;
  void *voucher;
  void *reserved;
  void *resume;
  struct swift_async_context *resume_context;
  uint64_t spare;  // not used, not even initialised: the probe keeps the task's slot here
  uintptr_t exclusivity[2];  // the argument of enter and exitThreadLocalContext
  uint32_t status;  // swift_task_status
  uint32_t status_unused;
  struct swift_status_record *status_record;
  void *allocator[3];
  void *locals;
  uint32_t id_high;
  uint32_t id_unused;
  size_t base_priority;
  struct swift_dependency *dependency;
  unsigned char mutex[40];
  // Then, each if its flag is set: {parent task, next child}, {group}, {wait queue, type, error,
  // …}.
  void *fragments[];
};
_Static_assert(sizeof(struct swift_task) == SWIFT_TASK_SIZE, "swift_task");
_Static_assert(offsetof(struct swift_task, resume) == 0x38, "swift_task.resume");
_Static_assert(offsetof(struct swift_task, spare) == 0x48, "swift_task.spare");
_Static_assert(offsetof(struct swift_task, exclusivity) == 0x50, "swift_task.exclusivity");
_Static_assert(offsetof(struct swift_task, status) == 0x60, "swift_task.status");
_Static_assert(offsetof(struct swift_task, id_high) == 0x90, "swift_task.id_high");
_Static_assert(offsetof(struct swift_task, dependency) == 0xa0, "swift_task.dependency");
_Static_assert(offsetof(struct swift_dependency, kind) == 0x20, "swift_dependency.kind");

// Part of its caller also for the thread sanitizer.
__attribute__((always_inline)) static inline uint64_t swift_task_id(const struct swift_task *task) {
  return (uint64_t)task->id_high << 32 | task->id_low;
}

static inline struct swift_task *swift_task_parent(const struct swift_task *task) {
  return task->flags & SWIFT_JOB_CHILD ? task->fragments[0] : NULL;
}

static inline void *swift_task_group(const struct swift_task *task) {
  if (!(task->flags & SWIFT_JOB_GROUP_CHILD)) return NULL;
  return task->fragments[task->flags & SWIFT_JOB_CHILD ? 2 : 0];
}

// The error of a task that has completed; meaningful for one that is a future.
static inline void *swift_task_error(const struct swift_task *task) {
  int fragment = (task->flags & SWIFT_JOB_CHILD ? 2 : 0) +
                 (task->flags & SWIFT_JOB_GROUP_CHILD ? 1 : 0);
  return task->fragments[fragment + 2];
}

// A job that is no task and resumes one.
struct swift_task_job {
  const void *metadata;
  uint64_t reference_count;
  void *scheduler_private[2];
  uint32_t flags;  // swift_job_flags
  uint32_t unused[5];
  void *resume;
  const struct swift_task *task;
};
_Static_assert(offsetof(struct swift_task_job, task) == 0x40, "swift_task_job.task");

// A task option: flags whose low byte is the kind, the next option, then its payload.
struct swift_task_option {
  size_t flags;
  struct swift_task_option *next;
  void *payload;
};
#define SWIFT_OPTION_NAME 7u

#define SWIFT_CREATE_ENQUEUES (1u << 12)

struct swift_task_and_context {
  struct swift_task *task;
  void *context;
};

// What the runtime exports. Weak: a program without the concurrency runtime still links and loads.
#define SWIFT_WEAK __attribute__((weak))
extern const void *const _swift_concurrency_debug_asyncTaskMetadata SWIFT_WEAK;
extern const void *const _swift_concurrency_debug_jobMetadata SWIFT_WEAK;
extern const uint32_t _swift_concurrency_debug_internal_layout_version SWIFT_WEAK;
extern const size_t _swift_concurrency_debug_asyncTaskSize SWIFT_WEAK;

// Whether tasks lie in memory as this header says.
static inline bool swift_layout_is_known(void) {
  return &_swift_concurrency_debug_internal_layout_version &&
         &_swift_concurrency_debug_asyncTaskSize &&
         _swift_concurrency_debug_internal_layout_version == SWIFT_LAYOUT_VERSION &&
         _swift_concurrency_debug_asyncTaskSize == SWIFT_TASK_SIZE;
}

extern void (*_swift_tsan_acquire)(const void *) SWIFT_WEAK;
extern void (*_swift_tsan_release)(const void *) SWIFT_WEAK;
extern SWIFT_CALL struct swift_task *swift_task_getCurrent(void) SWIFT_WEAK;
extern SWIFT_CALL uint64_t swift_task_getJobTaskId(struct swift_task *task) SWIFT_WEAK;
extern SWIFT_CALL size_t swift_task_getJobFlags(struct swift_task *task) SWIFT_WEAK;
extern SWIFT_CALL size_t swift_task_basePriority(struct swift_task *task) SWIFT_WEAK;

// A serial executor: the actor or executor, null for the pool of threads, and how it is asked.
struct swift_executor {
  const void *identity;
  uintptr_t implementation;
};
extern SWIFT_CALL struct swift_executor swift_task_getCurrentExecutor(void) SWIFT_WEAK;
