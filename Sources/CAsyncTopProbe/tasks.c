// Native tasks: their slots, and what each report of the runtime means for them.
//
// A task's slot is kept in a word of the task that the runtime leaves unused and never initialises.
// So the word may be anything, also what we wrote for an earlier task in the same memory: it counts
// only if the slot it names holds this task's id. A task is only looked at on a thread that
// creates, runs, wakes or completes it.
#include "waits.h"

// In the low half of the word is the slot, or of a hidden task the id's low half.
#define WORD_HIDDEN 1u    // not listed: a helper of the runtime's own, or no slot was free
#define WORD_COMPLETE 2u  // a future's first report of completion was seen
#define WORD_ENDED 4u

struct tp_code_range tp_concurrency_code;

static bool in_runtime(const void *code) {
  return (uintptr_t)code - tp_concurrency_code.start <
         tp_concurrency_code.end - tp_concurrency_code.start;
}

static void set_word(struct swift_task *task, uint32_t flags, uint32_t slot) {
  TP_SET(task->spare, (uint64_t)(WORD_OURS | flags) << 32 | slot);
}

// The flags of a task's word; WORD_OURS alone for one that is not ours.
TP_INLINE uint32_t flags_of_word(const struct swift_task *task, uint64_t word) {
  uint32_t flags = (uint32_t)(word >> 32) ^ WORD_OURS;
  uint32_t low = (uint32_t)word;
  if (flags > WORD_FLAGS) return WORD_OURS;
  if (flags & WORD_HIDDEN) return low == task->id_low ? flags : WORD_OURS;
  if (low >= tp_own.tasks.capacity) return WORD_OURS;
  return TP_GET(tp_live.tasks[low].id) == swift_task_id(task) ? flags : WORD_OURS;
}

// Now; where nothing but a loop has run since the poll before, the moment at which that ended. Two
// changes of a task never have the same moment, so that a reader can tell which are in its copy.
TP_INLINE uint64_t ticks_between_polls(
    const struct tp_thread *thread, const struct tp_task *listed) {
  uint64_t moment = thread->moment;
  if (!moment) return tp_ticks();
  uint64_t since = TP_GET(listed->since);
  return moment > since ? moment : since + 1;
}

static bool is_laid_out(struct swift_task *task) {
  return TP_LIKELY(swift_task_id(task) > TP_GET(tp_tested.until)) || tp_self_test(task);
}

static uint16_t flags_of(const struct swift_task *task) {
  return (task->flags & SWIFT_JOB_CHILD ? TP_TASK_CHILD : 0) |
         (task->flags & SWIFT_JOB_GROUP_CHILD ? TP_TASK_GROUP_CHILD : 0) |
         (task->flags & SWIFT_JOB_ASYNC_LET ? TP_TASK_ASYNC_LET : 0);
}

static uint32_t group_of_child(struct swift_task *owner, const void *group, uint32_t site) {
  uint64_t word = TP_GET(owner->spare);
  return flags_of_word(owner, word) == 0 ? tp_native_group((uint32_t)word, group, site) : 0;
}

// The name that the runtime keeps among the task's status records, which nobody changes while the
// task is made runnable, unless the list is locked.
static const char *recorded_name(const struct swift_task *task) {
  if (TP_GET(task->status) & SWIFT_STATUS_LOCKED) return NULL;
  const struct swift_status_record *record = task->status_record;
  for (int depth = 0; record && depth < 8; depth++, record = record->next) {
    if ((record->flags & 0xff) == SWIFT_RECORD_NAME) return record->payload;
  }
  return NULL;
}

// Lists a task seen for the first time. Returns slot + 1, or 0 for one that is not listed.
static uint32_t list(struct tp_thread *thread, struct swift_task *task) {
  struct tp_pending *pending = &thread->pending;
  if (!is_laid_out(task)) return 0;
  if (thread->tasks.count == 0 && !tp_fill_magazine(&tp_own.tasks, &thread->tasks)) {
    set_word(task, WORD_HIDDEN, task->id_low);
    return 0;
  }
  uint32_t slot = thread->tasks.slots[--thread->tasks.count];
  TP_SET(tp_own.tasks.links[slot], 0);
  uint64_t id = swift_task_id(task), ticks = tp_ticks();
  uint16_t tag = (uint16_t)id;
  struct swift_task *owner = swift_task_parent(task);
  uint64_t parent = owner ? swift_task_id(owner) : tp_current_task();
  tp_emit(thread, (struct tp_event){ticks, slot, TP_EVENT_TASK_CREATED, 0, tag, id, parent});
  uint32_t site = pending->has_task ? pending->task_site : 0;
  uint32_t group = pending->has_task ? pending->task_group : 0;
  void *native_group = swift_task_group(task);
  if (native_group && owner) group = group_of_child(owner, native_group, site);
  uint64_t flags = flags_of(task) | (pending->has_task ? pending->task_flags : TP_TASK_ADOPTED);
  tp_emit(
      thread, (struct tp_event){ticks, slot, TP_EVENT_TASK_ORIGIN, 0, tag,
                                (uint64_t)group << 32 | site,
                                flags | (uint64_t)(task->base_priority & 0xff) << 16});
  // From here on others find it: before, nobody else changes what is written of it.
  set_word(task, 0, slot);
  if (TP_UNLIKELY(TP_GET(tp_tested.until) == UINT64_MAX)) tp_note_tested(id, slot);
  const char *name = pending->has_task ? pending->task_name : recorded_name(task);
  if (name && name[0]) tp_emit_name(thread, TP_EVENT_TASK_NAMED, slot, tag, name);
  pending->has_task = 0;
  return slot + 1;
}

// Of a task that is not found at once.
TP_INLINE uint32_t other_slot_of(
    struct tp_thread *thread, struct swift_task *task,
    uint32_t list_new(struct tp_thread *, struct swift_task *)) {
  return flags_of_word(task, TP_GET(task->spare)) == WORD_OURS ? list_new(thread, task) : 0;
}

TP_RARE static uint32_t list_other(struct tp_thread *thread, struct swift_task *task) {
  return other_slot_of(thread, task, list);
}

// slot + 1 of a task that has not ended, listing it if it is new; 0 if it is not listed.
TP_INLINE uint32_t slot_of(
    struct tp_thread *thread, struct swift_task *task,
    __attribute__((preserve_most)) uint32_t list_new(struct tp_thread *, struct swift_task *)) {
  uint64_t word = TP_GET(task->spare);
  uint32_t slot = (uint32_t)word;
  if (TP_LIKELY(
          word >> 32 == WORD_OURS && slot < tp_live.task_capacity &&
          TP_GET(tp_live.tasks[slot].id) == swift_task_id(task))) {
    return slot + 1;
  }
  return list_new(thread, task);
}

uint32_t tp_listed_task(const void *address) {
  const struct swift_task *task = address;
  uint64_t word = TP_GET(task->spare);
  return tp_is_on() && flags_of_word(task, word) == 0 ? (uint32_t)word + 1 : 0;
}

// A timer that a wait armed has no meaning once the wait is over.
TP_RARE static void end_timer_of_wait(uint64_t timer, uint8_t how) {
  if ((uint32_t)timer >= tp_own.timers.capacity) return;
  const struct tp_timer *slot = &tp_live.timers[(uint32_t)timer];
  if (timer && TP_GET(slot->id) == timer && TP_GET(slot->of_wait)) tp_timer_ended(timer, how);
}

TP_INLINE void end_wait(const struct tp_task *task) {
  if (TP_LIKELY(TP_GET(task->wait_kind) != TP_WAIT_TIMER)) return;
  end_timer_of_wait(TP_GET(task->wait_target), 1);
}

// A wait was announced, and the task has gone on without it: what it waited for came first.
TP_INLINE void forget_wait(struct tp_pending *pending) {
  if (TP_LIKELY(pending->wait_kind == TP_WAIT_NONE)) return;
  if (pending->wait_kind == TP_WAIT_TIMER) end_timer_of_wait(pending->wait_target, 2);
  pending->wait_kind = TP_WAIT_NONE;
}

void tp_task_found_running(struct swift_task *task, uint16_t flags) {
  struct tp_thread *thread = tp_current_thread();
  tp_will_create_task(0, NULL, 0, TP_TASK_ADOPTED | flags);
  slot_of(thread, task, list_other);
  tp_task_poll_began(task);
}

void tp_task_created(struct swift_task *task) {
  struct tp_thread *thread = tp_current_thread();
  // Not yet seen if creating it did not make it runnable: then nobody else knows it either.
  if (thread->pending.has_task) slot_of(thread, task, list_other);
  thread->pending.has_task = 0;
}

// The id of the first task whose creation was seen, where every one is.
static uint64_t first_created;

void tp_task_created_apart(struct swift_task *task) {
  uint64_t none = 0;
  __atomic_compare_exchange_n(
      &first_created, &none, swift_task_id(task), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  tp_current_thread()->pending.created_apart = task;
}

// A task that is new is made runnable right after its creation.
TP_RARE static uint32_t list_runnable(struct tp_thread *thread, struct swift_task *task) {
  uint32_t slot = other_slot_of(thread, task, list);
  if (!slot--) return 0;
  uint64_t ticks =
      tp_clock == TP_CLOCK_TSC ? TP_GET(tp_live.tasks[slot].since) + 1 : tp_ticks();
  tp_emit(
      thread, (struct tp_event){ticks, slot, TP_EVENT_TASK_SCHEDULED, 0, (uint16_t)task->id_low,
                                tp_current_task(), 0});
  return 0;
}

void tp_task_scheduled(struct swift_task *task) {
  struct tp_thread *thread = tp_current_thread();
  uint32_t slot = slot_of(thread, task, list_runnable);
  if (!slot--) return;
  struct tp_task *listed = &tp_live.tasks[slot];
  // Reported again, or it has only hopped to another executor: it was runnable before.
  if (TP_GET(listed->state) == TP_TASK_SCHEDULED) return;
  end_wait(listed);
  uint64_t ticks = ticks_between_polls(thread, listed);
  tp_emit_of_task(
      thread, listed,
      (struct tp_event){ticks, slot, TP_EVENT_TASK_SCHEDULED, 0, (uint16_t)task->id_low,
                        tp_current_task(), 0},
      true);
}

// Whether a task that is first seen in its poll is one with which the runtime ends a sleep: that
// goes from the timer's queue straight to its poll, and its body is the runtime's own.
static bool is_helper(const struct tp_thread *thread, const struct swift_task *task) {
  if (task->flags & SWIFT_JOB_CHILD) return false;
  if (in_runtime(task->resume)) return true;
  uint64_t first = TP_GET(first_created);
  return first && swift_task_id(task) >= first && thread->pending.created_apart != task;
}

static uint32_t list_if_no_helper(struct tp_thread *thread, struct swift_task *task) {
  if (is_helper(thread, task) && is_laid_out(task)) {
    set_word(task, WORD_HIDDEN, task->id_low);
    return 0;
  }
  return list(thread, task);
}

TP_RARE static uint32_t list_polled(struct tp_thread *thread, struct swift_task *task) {
  return other_slot_of(thread, task, list_if_no_helper);
}

void tp_task_poll_began(struct swift_task *task) {
  struct tp_thread *thread = tp_current_thread();
  uint32_t slot = slot_of(thread, task, list_polled);
  forget_wait(&thread->pending);
  if (thread->depth < 16) thread->polling[thread->depth] = slot;
  thread->depth++;
  if (!slot--) {
    thread->moment = 0;
    TP_SET(
        thread->worker->counters[TP_COUNT_UNLISTED_POLLS],
        thread->worker->counters[TP_COUNT_UNLISTED_POLLS] + 1);
    return;
  }
  struct tp_task *listed = &tp_live.tasks[slot];
  end_wait(listed);
  uint64_t ticks = ticks_between_polls(thread, listed);
  thread->moment = 0;
  tp_emit_of_task(
      thread, listed,
      (struct tp_event){ticks, slot, TP_EVENT_POLL_BEGAN, 0, (uint16_t)task->id_low, 0, 0},
      true);
  // A loop's tasks all run on the loop.
  if (!thread->loop && tp_sees_switches) tp_note_executor(slot);
}

// A poll that ends is a job of the loop that runs on this thread.
TP_RARE static void note_longest(
    struct tp_thread *thread, uint64_t task, uint64_t length, uint64_t ticks) {
  tp_loop_longest(thread, 0, task, length, ticks);
}

TP_INLINE void note_job(struct tp_thread *thread, const struct tp_task *task, uint64_t ticks) {
  uint64_t length = tp_poll_length(tp_before(task), ticks);
  if (TP_UNLIKELY(length > thread->longest_job) && thread->loop) {
    note_longest(thread, TP_GET(task->id), length, ticks);
  }
}

void tp_task_poll_ended(struct swift_task *task) {
  struct tp_thread *thread = tp_current_thread();
  if (thread->depth > 0) thread->depth--;
  uint32_t slot = slot_of(thread, task, list_other);
  if (!slot--) return;
  struct tp_task *listed = &tp_live.tasks[slot];
  if (TP_UNLIKELY(thread->pending.created_apart != NULL)) {
    thread->pending.created_apart = NULL;
    thread->pending.has_task = 0;
  }
  if (TP_UNLIKELY(TP_GET(tp_own.tasks.links[slot]))) tp_check_native_groups(slot, task);
  struct wait wait = wait_of(&thread->pending, slot, task);
  uint64_t stack = tp_backtrace(task, listed, slot);
  forget_wait(&thread->pending);
  uint64_t ticks = tp_ticks();
  note_job(thread, listed, ticks);
  uint64_t place = (uint64_t)wait.type << 32 | stack << 16 | wait.site;
  tp_emit_of_task(
      thread, listed,
      (struct tp_event){ticks, slot, TP_EVENT_POLL_ENDED, wait.kind, (uint16_t)task->id_low,
                        wait.target, place},
      true);
  if (thread->turns && thread->depth == 0) thread->moment = ticks;
}

void tp_task_cancelled(struct swift_task *task) {
  // It may be ending on another thread, so it is not listed here if it is new; and if its slot is
  // given to another task meanwhile, the reducer drops the event.
  uint64_t word = TP_GET(task->spare);
  if (flags_of_word(task, word) != 0) return;
  uint32_t slot = (uint32_t)word;
  if (TP_GET(tp_live.origins[slot].flags) & TP_TASK_CANCELLED) return;
  tp_emit(
      tp_current_thread(), (struct tp_event){tp_ticks(), slot, TP_EVENT_TASK_CANCELLED, 0,
                                (uint16_t)task->id_low, tp_current_task(), 0});
}

// A task has ended, and its outcome is known.
static void end_task(struct swift_task *task, uint32_t flags, uint32_t slot, bool is_future) {
  struct tp_thread *thread = tp_current_thread();
  if (thread->depth > 0) thread->depth--;
  set_word(task, flags | WORD_ENDED, slot);
  if (flags & WORD_HIDDEN) return;
  struct tp_task *listed = &tp_live.tasks[slot];
  end_wait(listed);
  forget_wait(&thread->pending);
  uint32_t groups = TP_GET(tp_own.tasks.links[slot]);
  uint8_t outcome = !is_future                ? TP_OUTCOME_UNKNOWN
                    : swift_task_error(task) ? TP_OUTCOME_THREW
                                             : TP_OUTCOME_RETURNED;
  uint64_t ticks = tp_ticks();
  note_job(thread, listed, ticks);
  tp_emit_of_task(
      thread, listed,
      (struct tp_event){ticks, slot, TP_EVENT_TASK_ENDED, outcome, (uint16_t)task->id_low, 0, 0},
      true);
  if (TP_UNLIKELY(groups)) tp_end_native_groups(groups);
  if (TP_UNLIKELY(thread->tasks.count == TP_MAGAZINE)) {
    tp_empty_magazine(&tp_own.tasks, &thread->tasks, TP_MAGAZINE / 2);
  }
  thread->tasks.slots[thread->tasks.count++] = slot;
}

void tp_task_completed(struct swift_task *task) {
  uint64_t word = TP_GET(task->spare);
  uint32_t flags = flags_of_word(task, word);
  if (flags == WORD_OURS || (flags & WORD_ENDED)) return;
  bool is_future = task->flags & SWIFT_JOB_FUTURE;
  if (is_future && !(flags & WORD_COMPLETE)) {
    set_word(task, flags | WORD_COMPLETE, (uint32_t)word);
  } else {
    end_task(task, flags, (uint32_t)word, is_future);
  }
}

void tp_task_sleeps(uint64_t deadline) {
  struct tp_thread *thread = tp_current_thread();
  uint64_t owner = tp_current_task();
  uint64_t timer = owner ? tp_timer_armed(TP_TIMER_SLEEP, deadline, owner, 0, 0, true) : 0;
  if (!timer) return;
  forget_wait(&thread->pending);
  thread->pending.wait_kind = TP_WAIT_TIMER;
  thread->pending.wait_target = timer;
  thread->pending.wait_site = 0;
}

void tp_task_yields(void) {
  struct tp_thread *thread = tp_current_thread();
  forget_wait(&thread->pending);
  thread->pending.wait_kind = TP_WAIT_TURN;
  thread->pending.wait_target = 0;
  thread->pending.wait_site = 0;
}
