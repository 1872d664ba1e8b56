// Async backtraces: each distinct one is stored once.
//
// A task mostly waits again where it waited before. So at a suspension its frames are compared with
// those of its last stack, as far as TP_STACK_PROVEN; what lies further out is taken for the same
// if its innermost context lies where it did, and the task says so (TP_STACK_STALE). Only a task
// that waits elsewhere is walked as far as its frames go, and its stack looked for in an index.
//
// What is compared lies in the region, where it was checked that a number leaves room for the
// largest stack; whoever writes there gets other numbers, and nothing else.
#define _GNU_SOURCE
#include <pthread.h>

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

TP_OF_SUSPENDED_TASK TP_RARE uint16_t tp_walk(const struct swift_task *task, uint32_t slot) {
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
  if (tp_index_find(stack_index, INDEX_SIZE, tp_mix(key, is_cut), &number)) {
    return (uint16_t)number;
  }
  return (uint16_t)append(tp_mix(key, is_cut), frames, count, is_cut);
}

// The return addresses above a frame, as long as the chain of frame pointers stays in the stack.
void tp_find_callers(void *frame_pointer, uint64_t frames[], int count) {
  static __thread uintptr_t stack_end TP_THREAD_LOCAL;
  if (!stack_end) {
    pthread_attr_t attributes;
    void *start = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    pthread_attr_getstack(&attributes, &start, &size);
    pthread_attr_destroy(&attributes);
    stack_end = (uintptr_t)start + size;
  }
  uintptr_t here = (uintptr_t)&frames, frame = (uintptr_t)frame_pointer;
  for (int i = 0; i < count; i++) {
    // Swift marks the frame of an asynchronous function in bit 60 of the pointer saved below it.
    frame &= ~(1ull << 60);
    if (frame <= here || frame > stack_end - 16 || (frame & 7)) return;
    frames[i] = tp_without_signature(((const uintptr_t *)frame)[1]);
    uintptr_t next = ((const uintptr_t *)frame)[0];
    if ((next & ~(1ull << 60)) <= frame) return;
    frame = next;
  }
}
