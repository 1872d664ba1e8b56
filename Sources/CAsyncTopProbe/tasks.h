// Native tasks, between hooks.c (what the runtime calls) and tasks.c (what it means).
#pragma once

#include "internal.h"
#include "swift_task.h"

// The runtime's code: a task that resumes in there resumes on behalf of its caller.
struct tp_code_range {
  uintptr_t start;
  uintptr_t end;
};
extern struct tp_code_range tp_concurrency_code;

// Whether it is seen when a task goes from one executor to another without a wait: only then is it
// known on which it runs.
extern bool tp_sees_switches;

// The word of a task that its slot is kept in: in its high half this, and flags.
#define WORD_OURS 0x7a5c0000u
#define WORD_FLAGS 0x0000ffffu

// The first tasks that are listed are compared with what the runtime says of them, and with what we
// wrote: any difference means that this is not the layout that we know, or that the word is not
// unused. Then native tasks are left alone from there on. Tasks with higher ids are not compared.
struct tp_tested {
  uint64_t until;
};
extern struct tp_tested tp_tested;
// False, once and for all, if it is not laid out so.
TP_RARE bool tp_self_test(struct swift_task *task);
// A task has been listed.
TP_RARE void tp_note_tested(uint64_t id, uint32_t slot);

// The site of the name of an object's class, or 0.
uint32_t tp_class_site(const void *object);
// Says on which executor the task in a slot runs: it has just begun to, on this thread.
void tp_note_executor(uint32_t slot);
// The task that runs on this thread goes on on this executor, at once or after a wait for it.
TP_RARE void tp_task_switches(const void *executor);
// The task has been made runnable, by whatever runs on this thread.
void tp_task_scheduled(struct swift_task *task);
void tp_task_poll_began(struct swift_task *task);
// The task is about to suspend; its dependency says what for.
void tp_task_poll_ended(struct swift_task *task);
// Whether the task was last reported to begin a poll.
bool tp_task_is_running(const struct swift_task *task);
void tp_task_cancelled(struct swift_task *task);
// The task has completed; called twice for a future, the second time with its error known.
void tp_task_completed(struct swift_task *task);
// The task was in the middle of a poll on this thread when the probe started.
void tp_task_found_running(struct swift_task *task, uint16_t flags);
// The task was created by the call that just returned on this thread.
void tp_task_created(struct swift_task *task);
// The same for one that was not made runnable, in a program in which every creation is seen, also
// the runtime's own: either it runs at once on this thread, or it is a helper that ends a sleep.
void tp_task_created_apart(struct swift_task *task);

// The thread sanitizer knows of the runtime's hand-over of a suspended task only from what the
// runtime tells it, which is before the poll ends; that the task is known to others only after that
// it can't see. So what is read of a task then would be reported as a race with its next poll.
#define TP_OF_SUSPENDED_TASK __attribute__((no_sanitize("thread")))

// Where a task that suspends and its callers go on, walked as far as its frames go (stacks.c).
TP_RARE uint16_t tp_walk(const struct swift_task *task, uint32_t slot);

// The return addresses above a frame of this thread.
void tp_find_callers(void *frame_pointer, uint64_t frames[], int count);

// The async backtrace of a task that suspends, which mostly is that of its last wait.
TP_OF_SUSPENDED_TASK TP_INLINE uint16_t tp_backtrace(
    const struct swift_task *task, const struct tp_task *listed, uint32_t slot) {
  uint32_t number = tp_stack_number(TP_GET(listed->stack));
  if (number == 0 || number + tp_stack_size(TP_STACK_FRAMES) > tp_live.stack_capacity) {
    return tp_walk(task, slot);
  }
  struct tp_stack *known = &tp_live.stacks[number];
  const uint64_t *frames = tp_stack_frames(known);
  const uint64_t *frame = frames, *end = frames + TP_STACK_PROVEN;
  const void *code = task->resume;
  const struct swift_async_context *context = task->resume_context;
  // A continuation's context names the function that awaits it a second time.
  if (context && context->resume_parent == code) context = context->parent;
  while (TP_LIKELY(*frame == (uintptr_t)code)) {
    frame++;
    if (!context) {
      if (TP_GET(known->count) == (uint32_t)(frame - frames)) return (uint16_t)number;
      break;
    }
    if (frame == end) {
      if (tp_own.contexts[slot] != context) break;
      return (uint16_t)(number | TP_STACK_STALE);
    }
    code = context->resume_parent;
    context = context->parent;
  }
  return tp_walk(task, slot);
}

// The task that runs on this thread has put itself back into an executor's queue.
void tp_task_yields(void);

// A native sleep has armed its timer for the task that runs on this thread.
void tp_task_sleeps(uint64_t deadline);

// Native groups (groups.c). A group is slot + 1, or 0.

// The group at this address of the task in this slot, listed at its first child.
uint32_t tp_native_group(uint32_t owner, const void *address, uint32_t site);
uint32_t tp_find_native_group(uint32_t owner, const void *address);
// The group of the task that runs on this thread is gone.
void tp_native_group_ended(const void *address);
// Ends the groups that the task no longer has.
void tp_check_native_groups(uint32_t owner, const struct swift_task *task);
void tp_end_native_groups(uint32_t first);
// Whether there has ever been a native group.
extern bool tp_lists_native_groups;
// Whether a listed task has groups that are; then they can be checked by it alone.
bool tp_has_native_groups(const struct swift_task *task);
void tp_check_groups_of(const struct swift_task *task);
