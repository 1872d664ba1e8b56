// What an app reports beside its tasks: names, groups, resources, loops, marks.
#include "internal.h"

void tp_emit_name(
    struct tp_thread *thread, uint8_t kind, uint32_t slot, uint16_t tag, const char *name) {
  struct tp_name text = {{0}};
  size_t length = strnlen(name, TP_NAME_SIZE);
  bool cut = length == TP_NAME_SIZE;
  if (cut) {
    // Before a character that does not fit with an ellipsis after it: its first byte is not
    // 10xxxxxx.
    length = TP_NAME_SIZE - 4;
    while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80) length--;
  }
  memcpy(text.text, name, length);
  if (cut) memcpy(text.text + length, "…", 3), length += 3;
  uint64_t ticks = tp_ticks();
  for (uint8_t part = 0; part < TP_NAME_SIZE / 16 && (part == 0 || part * 16u <= length); part++) {
    uint64_t a, b;
    memcpy(&a, text.text + 16 * part, 8);
    memcpy(&b, text.text + 16 * part + 8, 8);
    tp_emit(thread, (struct tp_event){ticks, slot, kind, part, tag, a, b});
  }
}

static uint64_t next_id(void) {
  static uint64_t last;
  return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

static void emit(
    uint8_t kind, uint32_t slot, uint8_t detail, uint16_t tag, uint64_t a, uint64_t b) {
  tp_emit(tp_current_thread(), (struct tp_event){tp_ticks(), slot, kind, detail, tag, a, b});
}

uint32_t tp_group_created(uint8_t kind, uint64_t address, uint32_t site, const char *name) {
  if (!tp_is_on()) return 0;
  uint32_t group = tp_take_slot(&tp_own.groups);
  if (!group) return 0;
  uint32_t slot = group - 1;
  uint64_t id = next_id();
  TP_SET(tp_own.groups.links[slot], 0);
  emit(TP_EVENT_GROUP_CREATED, slot, kind, (uint16_t)id, id, tp_current_task());
  emit(TP_EVENT_GROUP_ORIGIN, slot, 0, (uint16_t)id, site, address);
  if (name && name[0]) {
    tp_emit_name(tp_current_thread(), TP_EVENT_GROUP_NAMED, slot, (uint16_t)id, name);
  }
  return group;
}

void tp_group_cancelled(uint32_t group) {
  if (!tp_is_on() || !group) return;
  emit(TP_EVENT_GROUP_CANCELLED, group - 1, 0, (uint16_t)tp_live.groups[group - 1].id, 0, 0);
}

void tp_group_ended(uint32_t group) {
  if (!tp_is_on() || !group) return;
  emit(TP_EVENT_GROUP_ENDED, group - 1, 0, (uint16_t)tp_live.groups[group - 1].id, 0, 0);
  tp_give_slot(&tp_own.groups, group - 1);
}

uint64_t tp_resource_created(uint8_t kind, uint32_t site, const char *name) {
  if (!tp_is_on()) return 0;
  uint32_t taken = tp_take_slot(&tp_own.resources);
  if (!taken) return (uint64_t)kind << 32 | TP_UNLISTED;
  uint32_t slot = taken - 1;
  uint64_t generation = TP_GET(tp_live.resources[slot].generation) + 1;
  TP_SET(tp_live.resources[slot].generation, generation);
  uint64_t id = generation << 32 | slot;
  emit(TP_EVENT_RESOURCE_CREATED, slot, kind, (uint16_t)(id >> 32), id, site);
  if (name) tp_resource_named(id, name);
  return id;
}

static bool is_listed(uint64_t resource) {
  return tp_is_on() && resource && (uint32_t)resource < tp_own.resources.capacity &&
         TP_GET(tp_live.resources[(uint32_t)resource].id) == resource;
}

void tp_resource_named(uint64_t id, const char *name) {
  if (!is_listed(id)) return;
  tp_emit_name(
      tp_current_thread(), TP_EVENT_RESOURCE_NAMED, (uint32_t)id, (uint16_t)(id >> 32), name);
}

void tp_resource_held(uint64_t id, uint64_t holder, uint64_t released_by) {
  if (!is_listed(id)) return;
  emit(TP_EVENT_RESOURCE_HELD, (uint32_t)id, 0, (uint16_t)(id >> 32), holder, released_by);
}

uint64_t tp_resource_holder(uint64_t id, uint64_t *held_since) {
  if (!is_listed(id)) return 0;
  const struct tp_resource *resource = &tp_live.resources[(uint32_t)id];
  *held_since = TP_GET(resource->held_since);
  return TP_GET(resource->holder);
}

void tp_resource_level(
    uint64_t id, uint32_t depth, uint32_t capacity, uint32_t waiters, uint32_t producers) {
  if (!is_listed(id)) return;
  emit(
      TP_EVENT_RESOURCE_LEVEL, (uint32_t)id, 0, (uint16_t)(id >> 32),
      (uint64_t)capacity << 32 | depth, (uint64_t)producers << 32 | waiters);
}

void tp_resource_bytes(uint64_t id, uint64_t bytes_in, uint64_t bytes_out) {
  if (!is_listed(id)) return;
  emit(TP_EVENT_RESOURCE_BYTES, (uint32_t)id, 0, (uint16_t)(id >> 32), bytes_in, bytes_out);
}

void tp_resource_ended(uint64_t id) {
  if (!is_listed(id)) return;
  emit(TP_EVENT_RESOURCE_ENDED, (uint32_t)id, 0, (uint16_t)(id >> 32), 0, 0);
  tp_give_slot(&tp_own.resources, (uint32_t)id);
}

// When the loop's worst lag is begun anew: the kernel's clock is asked only now and then.
#define WINDOW_CHECK (1ull << 28)  // ticks
static struct window {
  uint64_t check;  // ticks
  uint64_t began;  // ns of CLOCK_MONOTONIC
} windows[TP_LOOPS];

static bool begins_window(uint32_t loop, uint64_t ticks) {
  struct window *window = &windows[loop];
  if (ticks < window->check) return false;
  uint64_t now = tp_monotonic();
  window->check = ticks + WINDOW_CHECK;
  if (now - window->began < TP_LAG_WINDOW) return false;
  window->began = now;
  return true;
}

uint16_t tp_loop_started(const char *name) {
  if (!tp_is_on()) return 0;
  uint32_t loop = tp_take_slot(&tp_own.loops);
  if (!loop) return 0;
  windows[loop - 1] = (struct window){0, tp_monotonic()};
  emit(TP_EVENT_LOOP_STARTED, loop - 1, 0, 0, next_id(), 0);
  tp_emit_name(tp_current_thread(), TP_EVENT_LOOP_NAMED, loop - 1, 0, name);
  return (uint16_t)loop;
}

void tp_loop_ended(uint16_t loop) {
  if (!tp_is_on() || !loop) return;
  emit(TP_EVENT_LOOP_ENDED, loop - 1u, 0, 0, 0, 0);
  if (tp_this_thread.loop == loop) tp_this_thread.loop = 0;
  tp_give_slot(&tp_own.loops, loop - 1u);
}

void tp_loop_longest(
    struct tp_thread *thread, uint8_t detail, uint64_t what, uint64_t length, uint64_t ticks) {
  // What is ready when a loop starts may run before it first looks for more, and says which it is.
  if (!thread->loop) return;
  thread->longest_job = length;
  tp_emit(
      thread, (struct tp_event){ticks, thread->loop - 1u, TP_EVENT_LOOP_LONGEST, detail, 0, what,
                                length});
}

void tp_loop_entered(struct tp_thread *thread, uint16_t loop) {
  thread->loop = loop;
  thread->longest_job = TP_GET(tp_live.loops[loop - 1].longest_job);
}

void tp_loop_runs(uint16_t loop, uint64_t ticks, uint32_t ready, uint32_t timers) {
  if (!tp_is_on() || !loop) return;
  struct tp_loop *slot = &tp_live.loops[loop - 1];
  struct tp_thread *thread = tp_current_thread();
  if (TP_UNLIKELY(thread->loop != loop)) tp_loop_entered(thread, loop);
  // A coarse clock may still say the same when the poll ends.
  thread->turns = tp_clock == TP_CLOCK_TSC;
  thread->moment = thread->turns ? ticks : 0;
  TP_SET(slot->iteration_began, ticks);
  if (slot->ready == ready && slot->timers == timers) return;
  tp_emit(
      thread, (struct tp_event){ticks, loop - 1u, TP_EVENT_LOOP_LEVEL, 0, 0,
                                (uint64_t)timers << 32 | ready, 0});
}

void tp_loop_waits(uint16_t loop, uint64_t ticks, uint64_t lag) {
  if (!tp_is_on() || !loop) return;
  tp_loop_works();
  struct tp_loop *slot = &tp_live.loops[loop - 1];
  uint64_t began = TP_GET(slot->iteration_began);
  uint64_t busy = began && ticks > began ? ticks - began : 0;
  TP_SET(slot->iteration_began, 0);
  tp_emit(
      tp_current_thread(), (struct tp_event){ticks, loop - 1u, TP_EVENT_LOOP_RAN,
                                             begins_window(loop - 1u, ticks), 0, busy, lag});
}

void tp_mark(const char *label) {
  if (!tp_is_on()) return;
  emit(TP_EVENT_MARK, 0, 0, 0, tp_string(label), 0);
}
