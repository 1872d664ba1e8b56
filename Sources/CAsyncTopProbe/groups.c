// Native groups: they are listed at their first child and found again by their address.
//
// A task's groups form a list that begins at the task's slot. Only the task, while it runs, takes
// from it. It also adds to it, as does whoever first sees a child that was created before the probe
// began: always at the front, with one exchange, so that nobody waits for anybody. The list lies in
// the private links of the tables, which only free slots need otherwise.
//
// The end of a group is seen where the app itself calls swift_taskGroup_destroy (withTaskGroup is
// compiled into the app in release builds), else when its owner adds a status record, as that of
// the next group, perhaps at the same address, or when its poll ends: the group's own record is
// then no longer among them.
#include "tasks.h"

bool tp_lists_native_groups;

// The first of a list from one group to another that has an address.
static uint32_t find(uint32_t group, uint32_t end, const void *address) {
  while (group != end && group && TP_GET(tp_live.groups[group - 1].address) != (uintptr_t)address) {
    group = TP_GET(tp_own.groups.links[group - 1]);
  }
  return group == end ? 0 : group;
}

uint32_t tp_find_native_group(uint32_t owner, const void *address) {
  return find(TP_GET(tp_own.tasks.links[owner]), 0, address);
}

static bool exchange(uint32_t *link, uint32_t *expected, uint32_t group) {
  return __atomic_compare_exchange_n(
      link, expected, group, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

uint32_t tp_native_group(uint32_t owner, const void *address, uint32_t site) {
  uint32_t *link = &tp_own.tasks.links[owner];
  uint32_t first = __atomic_load_n(link, __ATOMIC_ACQUIRE);
  uint32_t found = find(first, 0, address);
  if (found) return found;
  TP_SET(tp_lists_native_groups, true);
  uint32_t group = tp_group_created(TP_GROUP_NATIVE, (uintptr_t)address, site, NULL);
  if (!group) return 0;
  for (;;) {
    uint32_t next = first;
    TP_SET(tp_own.groups.links[group - 1], next);
    if (exchange(link, &first, group)) return group;
    // Somebody has added one meanwhile: perhaps the same.
    found = find(first, next, address);
    if (found) {
      tp_group_ended(group);
      return found;
    }
  }
}

// Takes a group out of its owner's list.
static void unlink(uint32_t owner, uint32_t group) {
  uint32_t next = TP_GET(tp_own.groups.links[group - 1]);
  uint32_t before = group;
  if (!exchange(&tp_own.tasks.links[owner], &before, next)) {
    while (before && TP_GET(tp_own.groups.links[before - 1]) != group) {
      before = TP_GET(tp_own.groups.links[before - 1]);
    }
    if (before) TP_SET(tp_own.groups.links[before - 1], next);
  }
  tp_group_ended(group);
}

void tp_native_group_ended(const void *address) {
  struct tp_thread *thread = tp_current_thread();
  if (thread->depth == 0 || thread->depth > 16) return;
  uint32_t polled = thread->polling[thread->depth - 1];
  // Of a task that has ended the list is no longer one: it is the link of a free slot.
  if (!polled || TP_GET(tp_live.tasks[polled - 1].state) != TP_TASK_RUNNING) return;
  uint32_t group = tp_find_native_group(polled - 1, address);
  if (group) unlink(polled - 1, group);
}

// Only the task itself adds to its records and takes from them, while it runs; who cancels it goes
// through them under the task's mutex and leaves them as they are (seen with Swift 6.3: the list is
// the same before, in and after a cancellation handler that another thread calls).
static bool has_group(const struct swift_task *task, uintptr_t address) {
  const struct swift_status_record *record = task->status_record;
  for (int depth = 0; record && depth < 64; depth++, record = record->next) {
    if ((uintptr_t)record == address + SWIFT_GROUP_RECORD_OFFSET) return true;
  }
  return false;
}

void tp_check_native_groups(uint32_t owner, const struct swift_task *task) {
  // Somebody else changes the records just now: another poll's end will tell.
  if (TP_GET(task->status) & SWIFT_STATUS_LOCKED) return;
  uint32_t next = TP_GET(tp_own.tasks.links[owner]);
  while (next) {
    uint32_t group = next;
    const struct tp_group *slot = &tp_live.groups[group - 1];
    next = TP_GET(tp_own.groups.links[group - 1]);
    if (TP_GET(slot->kind) == TP_GROUP_NATIVE && !has_group(task, TP_GET(slot->address))) {
      unlink(owner, group);
    }
  }
}

void tp_end_native_groups(uint32_t first) {
  while (first) {
    uint32_t next = tp_own.groups.links[first - 1];
    tp_group_ended(first);
    first = next;
  }
}
