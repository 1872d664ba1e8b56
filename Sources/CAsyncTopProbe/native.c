// What AsyncRuntime asks about native tasks and needs their layout; on or off, the probe knows it.
#include "include/probe.h"
#include "swift_task.h"

const void *tp_native_parent(const void *task) {
  return swift_layout_is_known() ? swift_task_parent(task) : NULL;
}

struct executor_reference {
  uintptr_t identity;
  uintptr_t implementation;
};

typedef SWIFT_CALL struct executor_reference (*get_main_executor)(void);
typedef SWIFT_CALL bool (*is_main_executor)(struct executor_reference reference);
extern SWIFT_CALL struct executor_reference (*swift_task_getMainExecutor_hook)(
    get_main_executor original) SWIFT_WEAK;
extern SWIFT_CALL bool (*swift_task_isMainExecutor_hook)(
    struct executor_reference reference, is_main_executor original) SWIFT_WEAK;

// Set before the hooks are, and from then on the same.
static struct executor_reference given_main_executor;

static SWIFT_CALL struct executor_reference get_given_main_executor(get_main_executor original) {
  (void)original;
  return given_main_executor;
}

static SWIFT_CALL bool is_given_main_executor(
    struct executor_reference reference, is_main_executor original) {
  return reference.identity == given_main_executor.identity || original(reference);
}

bool tp_native_set_main_executor(uintptr_t identity, uintptr_t implementation) {
  if (!&swift_task_getMainExecutor_hook || !&swift_task_isMainExecutor_hook) return false;
  if (identity) {
    given_main_executor = (struct executor_reference){identity, implementation};
    __atomic_store_n(&swift_task_isMainExecutor_hook, is_given_main_executor, __ATOMIC_RELEASE);
  }
  __atomic_store_n(
      &swift_task_getMainExecutor_hook, identity ? get_given_main_executor : NULL,
      __ATOMIC_RELEASE);
  return true;
}

bool tp_native_uncancel(void *task) {
  if (!swift_layout_is_known()) return false;
  // The runtime exchanges this word together with the records beside it, and tries again if it has
  // changed meanwhile.
  uint32_t *status = &((struct swift_task *)task)->status;
  __atomic_fetch_and(status, ~(uint32_t)SWIFT_STATUS_CANCELLED, __ATOMIC_RELEASE);
  return true;
}
