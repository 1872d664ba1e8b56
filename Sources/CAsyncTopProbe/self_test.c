// Whether a task is laid out as we know it, found out from the first tasks that are listed.
#include "tasks.h"

enum { TESTS = 16 };

struct tp_tested tp_tested = {UINT64_MAX};

static struct {
  uint64_t id;
  uint32_t slot;
} tested[TESTS];
static uint32_t count;

// Whether the word that we keep the slot in is somebody else's now, though the slot is still the
// task's: then the word is not unused.
static bool word_was_taken(const struct swift_task *task) {
  if ((uint32_t)(TP_GET(task->spare) >> 32 ^ WORD_OURS) <= WORD_FLAGS) return false;
  uint64_t id = swift_task_id(task);
  for (uint32_t i = 0; i < TESTS; i++) {
    if (TP_GET(tested[i].id) != id) continue;
    if (TP_GET(tp_live.tasks[TP_GET(tested[i].slot)].id) == id) return true;
  }
  return false;
}

bool tp_self_test(struct swift_task *task) {
  if ((uint32_t)swift_task_getJobTaskId(task) == task->id_low &&
      (uint32_t)swift_task_getJobFlags(task) == task->flags &&
      swift_task_basePriority(task) == task->base_priority && swift_task_id(task) != 0 &&
      !word_was_taken(task)) {
    return true;
  }
  tp_set_native_status(TP_NATIVE_SELF_TEST_FAILED);
  return false;
}

void tp_note_tested(uint64_t id, uint32_t slot) {
  uint32_t index = TP_GET(count);
  // Threads that note at once may mix an id with another's slot, which then is no evidence.
  if (index < TESTS) {
    TP_SET(tested[index].id, id);
    TP_SET(tested[index].slot, slot);
    TP_SET(count, index + 1);
    if (index + 1 < TESTS) return;
  }
  uint64_t last = 0;
  for (uint32_t i = 0; i < TESTS; i++) {
    if (TP_GET(tested[i].id) > last) last = TP_GET(tested[i].id);
  }
  TP_SET(tp_tested.until, last);
}
