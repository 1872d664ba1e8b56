// Async backtraces: each distinct one is stored once.
//
// A task mostly waits again where it waited before. So at a suspension its frames are compared with
// those of its last stack, as far as TP_STACK_PROVEN; what lies further out is taken for the same
// if its innermost context lies where it did, and the task says so (TP_STACK_STALE). Only a task
// that waits elsewhere is walked as far as its frames go, and its stack looked for in an index.
//
// What is compared lies in the region, where it was checked that a number leaves room for the
// largest stack; whoever writes there gets other numbers, and nothing else.
#include "index.h"
#include "tasks.h"

#define INDEX_SIZE TP_STACKS  // a power of two
_Static_assert(TP_STACKS <= TP_STACK_STALE, "a task has 15 bits for a stack's number");

static uint64_t stack_index[INDEX_SIZE];

// A chain of one function that calls itself is one frame, and its walk still ends.
#define STEPS 1024u

// Returns the number, or 0 if there is no room.
static uint32_t append(uint64_t key, const uint64_t frames[], uint32_t count, bool is_cut) {
  uint32_t number;
  struct tp_area *area = &tp_live.header->stacks;
  if (!tp_take_room(
          area, &tp_own.stacks_used, tp_live.stack_capacity, tp_stack_size(count), &number)) {
    return 0;
  }
  struct tp_stack *stack = &tp_live.stacks[number];
  stack->is_cut = is_cut;
  memcpy(tp_stack_frames(stack), frames, count * sizeof *frames);
  __atomic_store_n(&stack->count, count, __ATOMIC_RELEASE);
  return tp_index_enter(stack_index, INDEX_SIZE, key, number);
}

TP_OF_SUSPENDED_TASK __attribute__((noinline)) static uint32_t walk(
    const struct swift_task *task, uint32_t slot) {
  uint64_t frames[TP_STACK_FRAMES], key = TP_STACKS;
  uint32_t count = 0;
  bool is_cut = false;
  const void *code = task->resume;
  const struct swift_async_context *context = task->resume_context;
  for (uint32_t step = 1; step <= STEPS; step++) {
    if (count == 0 || frames[count - 1] != (uintptr_t)code) {
      is_cut = count == TP_STACK_FRAMES;
      if (is_cut) break;
      frames[count++] = (uintptr_t)code;
      key = tp_mix(key, (uintptr_t)code);
      if (count == TP_STACK_PROVEN) tp_own.contexts[slot] = context;
    }
    if (!context || ((uintptr_t)context & 7)) break;
    code = context->resume_parent;
    context = context->parent;
  }
  uint32_t number;
  if (tp_index_find(stack_index, INDEX_SIZE, tp_mix(key, is_cut), &number)) return number;
  return append(tp_mix(key, is_cut), frames, count, is_cut);
}

TP_OF_SUSPENDED_TASK uint16_t tp_backtrace(const struct swift_task *task, uint32_t slot) {
  uint32_t number = tp_stack_number(TP_GET(tp_live.tasks[slot].stack));
  if (number == 0 || number + tp_stack_size(TP_STACK_FRAMES) > tp_live.stack_capacity) {
    return (uint16_t)walk(task, slot);
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
  return (uint16_t)walk(task, slot);
}
