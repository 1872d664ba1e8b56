// The hooks: where the Swift runtime, unknowingly, reports to the probe.
//
// - swift_task_enter/exitThreadLocalContext, which libswift_Concurrency imports from libswiftCore,
//   bracket every poll of every task on any executor. At exit the task's dependency says why it
//   stops, and the task is not yet known to whoever will wake it.
// - _swift_tsan_release and _acquire, variables meant for the thread sanitizer, are called with a
//   task when it is made runnable, cancelled and completed. They are chained, not replaced.
// - swift_task_create as the app's own objects import it brings the name and the place of creation.
// - swift_task_switch as the app's own objects import it says on which actor a task goes on.
// - dispatch_async_f as libswift_Concurrency imports it brings the jobs of yields.
// - dispatch_after_f and dispatch_source_set_timer as libswift_Concurrency imports them bring the
//   deadlines of native sleeps.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include "tasks.h"

// Each function that is replaced, by the name that the linker gives it in a program that was linked
// with --wrap; null in others, until its imports are replaced.
#define REAL(name) __real_##name
typedef void enter_function(char *);
typedef SWIFT_CALL struct swift_task_and_context create_function(
    size_t, struct swift_task_option *, const void *, void *, void *);
typedef SWIFT_CALL void async_let_function(
    void *, struct swift_task_option *, const void *, void *, void *, void *);
typedef SWIFT_CALL void group_function(void *);
typedef SWIFT_ASYNC_CALL void switch_function(
    SWIFT_ASYNC_CONTEXT void *, void *, const void *, uintptr_t);
typedef void async_function(void *, void *, void (*)(void *));
typedef void after_function(uint64_t, void *, void *, void (*)(void *));
typedef void timer_function(void *, uint64_t, uint64_t, uint64_t);
extern enter_function REAL(swift_task_enterThreadLocalContext) SWIFT_WEAK;
extern enter_function REAL(swift_task_exitThreadLocalContext) SWIFT_WEAK;
extern create_function REAL(swift_task_create) SWIFT_WEAK;
extern async_let_function REAL(swift_asyncLet_begin) SWIFT_WEAK;
extern group_function REAL(swift_taskGroup_destroy) SWIFT_WEAK;
extern switch_function REAL(swift_task_switch) SWIFT_WEAK;
extern async_function REAL(dispatch_async_f) SWIFT_WEAK;
extern after_function REAL(dispatch_after_f) SWIFT_WEAK;

static enter_function *real_enter = REAL(swift_task_enterThreadLocalContext);
static enter_function *real_exit = REAL(swift_task_exitThreadLocalContext);
static create_function *real_create = REAL(swift_task_create);
static async_let_function *real_async_let = REAL(swift_asyncLet_begin);
static group_function *real_group_destroy = REAL(swift_taskGroup_destroy);
static switch_function *real_switch = REAL(swift_task_switch);
static async_function *real_async = REAL(dispatch_async_f);
static after_function *real_after = REAL(dispatch_after_f);
static timer_function *real_set_timer;
static void (*next_acquire)(const void *);
static void (*next_release)(const void *);
static const void *task_metadata;
static const void *job_metadata;
static bool sees_polls;

// Whether the runtime is linked into the program, and the linker has put all of the functions below
// before the runtime's. With only some of them, those pass their calls on and report nothing.
static bool is_wrapped;

static bool names_are_wrapped(void) {
  return REAL(swift_task_enterThreadLocalContext) && REAL(swift_task_exitThreadLocalContext) &&
         REAL(swift_task_create) && REAL(swift_asyncLet_begin) && REAL(swift_taskGroup_destroy) &&
         REAL(swift_task_switch) && REAL(dispatch_async_f) && REAL(dispatch_after_f);
}

// What is heard of native tasks: whoever sees that it is not 0 sees all of `tp_live` and `tp_own`.
enum { HEARS_TASKS = 1, HEARS_POLLS = 2 };
static uint32_t hearing;

static void set_hearing(uint32_t heard) { __atomic_store_n(&hearing, heard, __ATOMIC_RELEASE); }

static bool is_on(void) { return __atomic_load_n(&hearing, __ATOMIC_ACQUIRE) != 0; }

void tp_hear_no_more(void) { set_hearing(0); }

static struct swift_task *task_of(char *state) {
  return (struct swift_task *)(state - offsetof(struct swift_task, exclusivity));
}

// Whether the replaced functions report.
static bool hears(void) { return __atomic_load_n(&hearing, __ATOMIC_ACQUIRE) & HEARS_POLLS; }

static void on_enter(char *state) {
  if (hears()) tp_task_poll_began(task_of(state));
  real_enter(state);
}

static void on_exit_context(char *state) {
  if (hears()) tp_task_poll_ended(task_of(state));
  real_exit(state);
}

// Where polls are only guessed from the sanitizer's calls, those of a thread that cancels the task
// must not be taken for them. A task that is about to run is not yet the thread's current one;
// whoever cancels mostly runs a task.
static bool begins(uint32_t status) {
  if (!(status & SWIFT_STATUS_ENQUEUED) || (status & SWIFT_STATUS_RUNNING)) return false;
  return !(status & SWIFT_STATUS_CANCELLED) || !swift_task_getCurrent();
}

static bool runs(const struct swift_task *task) { return swift_task_getCurrent() == task; }

// Whether a task that is made runnable was running: it goes to an actor that another one is on.
static bool hops(const struct swift_task *task) {
  // Of one that another thread wakes, what it waited by may be gone.
  if (!tp_task_is_running(task)) return false;
  const struct swift_dependency *dependency = task->dependency;
  return dependency && dependency->kind == SWIFT_WAITS_FOR_EXECUTOR;
}

// The task that this thread has made runnable last: compared with, never looked at.
static __thread const void *made_runnable TP_THREAD_LOCAL;

// Whether something that the runtime tells the thread sanitizer of is a task, and that is heard.
TP_INLINE bool is_heard_task(const void *object) {
  return object && *(const void *const *)object == task_metadata && is_on();
}

// A task that is not made runnable, and has not ended.
static void report_other_release(struct swift_task *task, uint32_t status) {
  if (!(status & SWIFT_STATUS_RUNNING)) return;
  if (sees_polls) {
    // It adds a record of another kind, as that of a group: perhaps where one was that is gone.
    if (!task->dependency && tp_has_native_groups(task) && runs(task)) tp_check_groups_of(task);
  } else if (task->dependency && runs(task)) {
    tp_task_poll_ended(task);
  }
}

static void report_release(struct swift_task *task) {
  uint32_t status = TP_GET(task->status);
  if (status & SWIFT_STATUS_COMPLETE) {
    if (is_wrapped && (status & SWIFT_STATUS_ENQUEUED)) made_runnable = task;
    tp_task_completed(task);
  } else if (!(status & SWIFT_STATUS_ENQUEUED)) {
    report_other_release(task, status);
  } else {
    if (is_wrapped) made_runnable = task;
    bool ends_poll = !sees_polls && hops(task);
    ends_poll ? tp_task_poll_ended(task) : tp_task_scheduled(task);
  }
}

// Before the thread sanitizer hears of it, if there is one: what is done here with the task is part
// of what the hand-over publishes.
static void on_release(const void *object) {
  if (TP_UNLIKELY(next_release != NULL)) {
    if (is_heard_task(object)) report_release((struct swift_task *)object);
    next_release(object);
  } else if (is_heard_task(object)) {
    report_release((struct swift_task *)object);
  }
}

static void on_acquire(const void *object) {
  if (TP_UNLIKELY(next_acquire != NULL)) next_acquire(object);
  if (!is_heard_task(object)) return;
  struct swift_task *task = (struct swift_task *)object;
  uint32_t status = TP_GET(task->status);
  if (status & SWIFT_STATUS_COMPLETE) return;
  if (TP_UNLIKELY(status & SWIFT_STATUS_CANCELLED)) tp_task_cancelled(task);
  if (TP_UNLIKELY(!sees_polls) && begins(status)) tp_task_poll_began(task);
}

void tp_runtime_cancelled(const void *task) {
  if (is_on()) tp_task_cancelled((struct swift_task *)task);
}

// The caller's stack and the task's body. A Swift async function pointer is two words of 32 bits,
// the first of which is the distance to the code.
TP_INLINE uint32_t creation_site(const int32_t *function) {
  uint64_t frames[4] = {0};
  tp_find_callers(__builtin_frame_address(0), frames, 3);
  if (function) frames[3] = (uintptr_t)function + (uintptr_t)(intptr_t)*function;
  return tp_code_site(TP_SITE_CODE, frames);
}

static SWIFT_CALL struct swift_task_and_context on_create(
    size_t flags, struct swift_task_option *options, const void *result_type, void *function,
    void *closure) {
  if (!hears()) return real_create(flags, options, result_type, function, closure);
  struct tp_pending *pending = &tp_current_thread()->pending;
  if (!pending->has_task) tp_will_create_task(creation_site(function), NULL, 0, 0);
  for (struct swift_task_option *option = options; option; option = option->next) {
    if ((option->flags & 0xff) == SWIFT_OPTION_NAME && !pending->task_name) {
      pending->task_name = option->payload;
    }
  }
  struct swift_task_and_context made = real_create(flags, options, result_type, function, closure);
  if (is_wrapped && !(flags & SWIFT_CREATE_ENQUEUES)) {
    tp_task_created_apart(made.task);
  } else {
    tp_task_created(made.task);
  }
  return made;
}

static SWIFT_CALL void on_async_let(
    void *let, struct swift_task_option *options, const void *result_type, void *function,
    void *closure, void *result) {
  if (hears()) tp_will_create_task(creation_site(function), NULL, 0, 0);
  real_async_let(let, options, result_type, function, closure, result);
  tp_this_thread.pending.has_task = 0;
}

static SWIFT_CALL void on_group_destroy(void *group) {
  if (hears()) tp_native_group_ended(group);
  real_group_destroy(group);
}

// An async function: it must leave by a call in place of a return, with the context where it was.
static SWIFT_ASYNC_CALL void on_switch(
    SWIFT_ASYNC_CONTEXT void *context, void *function, const void *executor,
    uintptr_t implementation) {
  // A loop's tasks all run on the loop.
  if (hears() && !tp_this_thread.loop) tp_task_switches(executor);
  __attribute__((musttail)) return real_switch(context, function, executor, implementation);
}

// Dispatch's times: with the top bit, of CLOCK_BOOTTIME; else of CLOCK_MONOTONIC.
static uint64_t monotonic_of(uint64_t when) {
  if (!(when >> 63)) return when;
  return tp_monotonic() + ((when & ~(1ull << 63)) - tp_nanoseconds(CLOCK_BOOTTIME));
}

// Task.yield() enqueues a job that makes its task go on.
static void on_async(void *queue, void *context, void (*function)(void *)) {
  const struct swift_task_job *job = context;
  if (job && job->metadata == job_metadata && hears() &&
      (job->flags & SWIFT_JOB_KIND_MASK) == SWIFT_JOB_CONTINUES && runs(job->task)) {
    tp_task_yields();
  }
  real_async(queue, context, function);
}

static void on_after(uint64_t when, void *queue, void *context, void (*function)(void *)) {
  if (hears()) tp_task_sleeps(monotonic_of(when));
  real_after(when, queue, context, function);
}

static void on_set_timer(void *source, uint64_t start, uint64_t interval, uint64_t leeway) {
  if (hears()) tp_task_sleeps(monotonic_of(start));
  real_set_timer(source, start, interval, leeway);
}

// Where the linker calls these, anybody's calls come: only those of the runtime have a job as their
// context, with a function that is known from a job that was just made runnable.
static bool is_job(const void *context, void (*function)(void *)) {
  static void (*run_job)(void *);
  if (!is_wrapped) return false;
  if (context && context == made_runnable) __atomic_store_n(&run_job, function, __ATOMIC_RELAXED);
  return function == __atomic_load_n(&run_job, __ATOMIC_RELAXED);
}

static void on_any_async(void *queue, void *context, void (*function)(void *)) {
  (is_job(context, function) ? on_async : real_async)(queue, context, function);
}

static void on_any_after(uint64_t when, void *queue, void *context, void (*function)(void *)) {
  (is_job(context, function) ? on_after : real_after)(when, queue, context, function);
}

// What --wrap=NAME has the linker call in place of NAME, where the Swift runtime is linked into the
// program, so that there is no import to replace.
#define WRAP(name, hook) __attribute__((alias(#hook))) __typeof__(hook) __wrap_##name
WRAP(swift_task_enterThreadLocalContext, on_enter);
WRAP(swift_task_exitThreadLocalContext, on_exit_context);
WRAP(swift_task_create, on_create);
WRAP(swift_asyncLet_begin, on_async_let);
WRAP(swift_taskGroup_destroy, on_group_destroy);
WRAP(swift_task_switch, on_switch);
WRAP(dispatch_async_f, on_any_async);
WRAP(dispatch_after_f, on_any_after);

// The code of the object that the runtime's functions are in.
static int find_runtime(struct dl_phdr_info *info, size_t size, void *address) {
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    uintptr_t start = info->dlpi_addr + segment->p_vaddr;
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X)) continue;
    if ((uintptr_t)address - start >= segment->p_memsz) continue;
    if (!strstr(info->dlpi_name, "libswift_Concurrency")) return 1;  // linked into the app
    tp_concurrency_code = (struct tp_code_range){start, start + segment->p_memsz};
    return 1;
  }
  return 0;
}

void tp_set_native_status(uint32_t status) {
  TP_SET(tp_live.header->native_status, status);
  if (status > TP_NATIVE_PARTIAL) tp_hear_no_more();
}

static uint32_t runtime_status(void) {
  if (!&_swift_concurrency_debug_asyncTaskMetadata ||
      !&_swift_concurrency_debug_internal_layout_version ||
      !&_swift_concurrency_debug_asyncTaskSize || !&_swift_tsan_release || !&_swift_tsan_acquire ||
      !swift_task_getCurrent || !swift_task_getJobTaskId || !swift_task_getJobFlags ||
      !swift_task_basePriority) {
    return TP_NATIVE_NO_RUNTIME;
  }
  tp_live.header->swift_layout_version = _swift_concurrency_debug_internal_layout_version;
  tp_live.header->swift_task_size = (uint32_t)_swift_concurrency_debug_asyncTaskSize;
  return swift_layout_is_known() ? TP_NATIVE_FULL : TP_NATIVE_UNKNOWN_LAYOUT;
}

// A function where its library defines it. The address that the linker gives for its name may be a
// stub of our own object, which jumps through the very slot that is about to be replaced.
static void *definition(const char *library, const char *name) {
  void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  if (!handle) return NULL;
  void *found = dlsym(handle, name);
  dlclose(handle);
  return found;
}

// Returns whether polls can be seen.
static bool replace_imports(void) {
  const char *core = "libswiftCore.so", *concurrency = "libswift_Concurrency.so";
  const char *dispatch = "libdispatch.so";
  if (!definition(concurrency, "swift_task_create")) {
    is_wrapped = names_are_wrapped();
    tp_sees_switches = is_wrapped && swift_task_getCurrentExecutor;
    return is_wrapped;
  }
  // Also in a program that was linked with --wrap: its own functions then lead to what is replaced.
  real_enter = definition(core, "swift_task_enterThreadLocalContext");
  real_exit = definition(core, "swift_task_exitThreadLocalContext");
  real_create = definition(concurrency, "swift_task_create");
  real_async_let = definition(concurrency, "swift_asyncLet_begin");
  real_group_destroy = definition(concurrency, "swift_taskGroup_destroy");
  real_switch = definition(concurrency, "swift_task_switch");
  real_async = definition(dispatch, "dispatch_async_f");
  real_after = definition(dispatch, "dispatch_after_f");
  real_set_timer = definition(dispatch, "dispatch_source_set_timer");
  // Exit first: a poll that ends without having begun is harmless, the other way round would nest.
  if (!real_enter || !real_exit ||
      !tp_replace_import(concurrency, "swift_task_exitThreadLocalContext", on_exit_context) ||
      !tp_replace_import(concurrency, "swift_task_enterThreadLocalContext", on_enter)) {
    return false;
  }
  struct tp_import imports[] = {
      {"swift_task_create", real_create ? on_create : NULL, 0},
      {"swift_asyncLet_begin", real_async_let ? on_async_let : NULL, 0},
      {"swift_taskGroup_destroy", real_group_destroy ? on_group_destroy : NULL, 0},
      {"swift_task_switch", real_switch && swift_task_getCurrentExecutor ? on_switch : NULL, 0},
  };
  tp_replace_imports(NULL, imports, 4);
  tp_sees_switches = imports[3].replaced > 0;
  if (real_async && job_metadata) tp_replace_import(concurrency, "dispatch_async_f", on_async);
  if (real_after) tp_replace_import(concurrency, "dispatch_after_f", on_after);
  if (real_set_timer) tp_replace_import(concurrency, "dispatch_source_set_timer", on_set_timer);
  return true;
}

void tp_remove_hooks(void) {
  const char *concurrency = "libswift_Concurrency.so";
  void (*acquire)(const void *) = on_acquire, (*release)(const void *) = on_release;
  if (!task_metadata) return;
  // Somebody who came later has us behind: then what we report is not heard, and we stay.
  __atomic_compare_exchange_n(
      &_swift_tsan_release, &release, next_release, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  __atomic_compare_exchange_n(
      &_swift_tsan_acquire, &acquire, next_acquire, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  if (!sees_polls || is_wrapped) return;
  tp_replace_import(concurrency, "swift_task_enterThreadLocalContext", real_enter);
  tp_replace_import(concurrency, "swift_task_exitThreadLocalContext", real_exit);
  if (real_create) tp_replace_import(NULL, "swift_task_create", real_create);
  if (real_async_let) tp_replace_import(NULL, "swift_asyncLet_begin", real_async_let);
  if (real_group_destroy) tp_replace_import(NULL, "swift_taskGroup_destroy", real_group_destroy);
  if (real_switch) tp_replace_import(NULL, "swift_task_switch", real_switch);
  if (real_async && job_metadata) tp_replace_import(concurrency, "dispatch_async_f", real_async);
  if (real_after) tp_replace_import(concurrency, "dispatch_after_f", real_after);
  if (real_set_timer) tp_replace_import(concurrency, "dispatch_source_set_timer", real_set_timer);
}

void tp_install_hooks(void) {
  const char *concurrency = "libswift_Concurrency.so";
  uint32_t status = runtime_status();
  tp_set_native_status(status);
  if (status != TP_NATIVE_FULL) return;
  task_metadata = _swift_concurrency_debug_asyncTaskMetadata;
  if (&_swift_concurrency_debug_jobMetadata) job_metadata = _swift_concurrency_debug_jobMetadata;
  dl_iterate_phdr(find_runtime, definition(concurrency, "swift_task_create"));
  sees_polls = replace_imports();
  if (!sees_polls) tp_set_native_status(TP_NATIVE_PARTIAL);
  set_hearing(HEARS_TASKS | (sees_polls ? HEARS_POLLS : 0));
  // The task that installs the hooks is in the middle of a poll.
  struct swift_task *task = sees_polls ? swift_task_getCurrent() : NULL;
  if (task) tp_task_found_running(task, getpid() == gettid() ? TP_TASK_MAIN : 0);
  next_release = _swift_tsan_release;
  next_acquire = _swift_tsan_acquire;
  __atomic_store_n(&_swift_tsan_acquire, on_acquire, __ATOMIC_RELEASE);
  __atomic_store_n(&_swift_tsan_release, on_release, __ATOMIC_RELEASE);
}
