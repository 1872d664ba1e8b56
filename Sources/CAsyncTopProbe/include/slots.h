// The slots of the region's tables, and the entries of what it appends to: see region.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TP_NAME_SIZE 48u
#define TP_NO_WORKER 0xffffu

enum tp_task_state {
  TP_TASK_FREE = 0,       // no task, or one that has ended: `outcome` says how
  TP_TASK_CREATED = 1,    // not yet made runnable
  TP_TASK_SCHEDULED = 2,  // runnable, waiting for a thread
  TP_TASK_RUNNING = 3,    // on a thread
  TP_TASK_WAITING = 4,    // suspended
};

enum tp_outcome {
  TP_OUTCOME_NONE = 0,
  TP_OUTCOME_RETURNED = 1,
  TP_OUTCOME_THREW = 2,
  TP_OUTCOME_UNKNOWN = 3,  // ended, and the runtime did not say how
};

// What a suspended task waits for. `wait_target` means:
enum tp_wait {
  TP_WAIT_NONE = 0,
  TP_WAIT_TASK = 1,          // a task id
  TP_WAIT_GROUP = 2,         // a group id
  TP_WAIT_CONTINUATION = 3,  // the continuation's address
  TP_WAIT_EXECUTOR = 4,      // the executor's or actor's address; `wait_type` is its class. Of a
                             // task that runs: the one that it runs on, by the tables alone
  TP_WAIT_TIMER = 5,         // a timer id
  TP_WAIT_RESOURCE = 6,      // a resource id
  TP_WAIT_FUTURE = 7,        // a future's address
  TP_WAIT_UNKNOWN = 8,
  TP_WAIT_TURN = 9,          // nothing: it has yielded, and is runnable
  TP_WAIT_KINDS = 10,
};

enum tp_task_flags {
  TP_TASK_CHILD = 1 << 0,        // structured child: of a group or async let
  TP_TASK_GROUP_CHILD = 1 << 1,
  TP_TASK_ASYNC_LET = 1 << 2,
  TP_TASK_RUNTIME = 1 << 3,      // made by AsyncRuntime
  TP_TASK_CANCELLED = 1 << 4,    // cancellation was requested
  TP_TASK_ADOPTED = 1 << 5,      // first seen after it was created
  TP_TASK_MAIN = 1 << 6,         // the program's main task
};

// A task, what each poll touches: one cache line.
struct tp_task {
  uint64_t id;           // the Swift runtime's task id; unique in the process
  uint64_t since;        // ticks of the last change of state
  uint64_t busy;         // ticks spent polling, up to `since`
  uint64_t scheduled;    // ticks spent runnable, up to `since`
  uint64_t polls;        // polls begun
  uint64_t wait_target;  // see tp_wait
  uint16_t wait_site;    // site of the call that waits, if it was reported
  uint16_t stack;        // its async backtrace when it last suspended: tp_stack_number, or 0
  uint16_t wait_type;    // site of the awaited executor's class name, or 0
  uint16_t worker;       // that runs or last ran it
  uint8_t state;         // tp_task_state
  uint8_t wait_kind;     // tp_wait
  uint8_t outcome;       // tp_outcome, once it has ended
  uint8_t changing;      // 1 while an event is applied: see Events in Layout.md
  uint32_t longest;      // its longest poll in units of TP_LONGEST_UNIT ticks, see tp_task_origin
};
_Static_assert(sizeof(struct tp_task) == 64, "tp_task is one cache line");
_Static_assert(offsetof(struct tp_task, wait_site) == 48, "tp_task.wait_site");
_Static_assert(offsetof(struct tp_task, state) == 56, "tp_task.state");
_Static_assert(offsetof(struct tp_task, longest) == 60, "tp_task.longest");
#define TP_LONGEST_UNIT 1024u

// A task, what is written seldom.
struct tp_task_origin {
  uint64_t created;   // ticks
  uint64_t parent;    // id of the structured parent, else of the task that created it, or 0
  uint64_t woken_by;  // id of the task that made it runnable last, or 0
  uint32_t wakes;
  uint32_t site;      // site index
  uint32_t group;     // slot + 1 of its group, or 0
  uint32_t reserved_word;
  uint16_t flags;     // tp_task_flags
  uint8_t priority;   // as Swift's TaskPriority
  uint8_t reserved;
  uint32_t awaited_in;  // tp_resource_mark of what awaits it with others, or 0
  uint64_t longest_poll;   // ticks of its longest poll, but for differences below TP_LONGEST_UNIT
  uint64_t longest_ended;  // ticks: when that ended
};
_Static_assert(sizeof(struct tp_task_origin) == 64, "tp_task_origin is one cache line");
_Static_assert(offsetof(struct tp_task_origin, awaited_in) == 44, "tp_task_origin.awaited_in");

struct tp_name {
  char text[TP_NAME_SIZE];  // UTF-8 from the app, untrusted, NUL-terminated, cut at 47 bytes
};

// A task, what is written once or twice.
struct tp_task_detail {
  struct tp_name name;
  uint64_t cancelled;   // ticks of the first request to cancel it, or 0
  uint32_t error_type;  // site of the type of the error that it threw, or 0
  uint32_t reserved;
};
_Static_assert(sizeof(struct tp_task_detail) == 64, "tp_task_detail");
_Static_assert(
    sizeof(struct tp_task) + sizeof(struct tp_task_origin) + sizeof(struct tp_task_detail) == 192,
    "a task takes 192 bytes in all");

enum tp_group_kind {
  TP_GROUP_NATIVE = 1,   // Swift's withTaskGroup and its relatives
  TP_GROUP_RUNTIME = 2,  // AsyncRuntime's TaskGroup
};

struct tp_group {
  uint64_t id;        // 0: free. Unique in the process
  uint64_t address;   // of the native group
  uint64_t parent;    // id of the task that owns it
  uint64_t created;   // ticks
  uint64_t spawned;   // children ever
  uint64_t ended;     // children that have ended
  uint32_t site;
  uint32_t reserved_word;
  uint8_t kind;       // tp_group_kind
  uint8_t cancelled;
  uint8_t reserved[6];
  struct tp_name name;
  uint64_t spare[2];
};
_Static_assert(sizeof(struct tp_group) == 128, "tp_group");

enum tp_timer_kind {
  TP_TIMER_SLEEP = 1,
  TP_TIMER_CALLBACK = 2,
  TP_TIMER_TIMEOUT = 3,
};

struct tp_timer {
  uint64_t id;        // 0: free. (counter << 32) | slot
  uint64_t deadline;  // ns of CLOCK_MONOTONIC
  uint64_t armed;     // ticks
  uint64_t owner;     // id of the task it belongs to, or 0
  uint32_t site;
  uint16_t loop;      // slot + 1 of its loop; 0: the default executor's
  uint8_t kind;       // tp_timer_kind
  uint8_t of_wait;    // 1: it ends when its owner's wait ends
  uint64_t arms;      // how often this slot was used: the counter of the ids
  uint64_t spare[2];
};
_Static_assert(sizeof(struct tp_timer) == 64, "tp_timer");

enum tp_resource_kind {
  TP_RESOURCE_LOCK = 1,
  TP_RESOURCE_SEMAPHORE = 2,
  TP_RESOURCE_EVENT = 3,
  TP_RESOURCE_CONDITION = 4,
  TP_RESOURCE_BARRIER = 5,
  TP_RESOURCE_QUEUE = 6,
  TP_RESOURCE_SOCKET = 7,
  TP_RESOURCE_LISTENER = 8,
  TP_RESOURCE_PIPE = 9,
  TP_RESOURCE_PROCESS = 10,
  TP_RESOURCE_SIGNAL = 11,
  TP_RESOURCE_RESOLVER = 12,
  TP_RESOURCE_THREAD = 13,
  TP_RESOURCE_ALL_OF = 14,  // several tasks and futures, until the last of them has ended
  TP_RESOURCE_ANY_OF = 15,  // the same, until one of them has
  TP_RESOURCE_ACTOR = 16,
  TP_RESOURCE_STREAM = 17,  // an asynchronous sequence that somebody else fills
};

struct tp_resource {
  uint64_t id;        // 0: free. (counter << 32) | slot
  uint64_t created;   // ticks
  uint64_t holder;    // id of the task that holds it, or 0
  uint64_t held_since;  // ticks
  uint32_t depth;     // items queued, permits taken, parties arrived, bytes buffered
  uint32_t capacity;  // 0: unbounded
  uint32_t waiters;
  uint32_t site;
  uint64_t bytes_in;
  uint64_t bytes_out;
  uint8_t kind;       // tp_resource_kind
  uint8_t reserved[3];
  uint32_t producers; // those of a queue's waiters that wait for room
  struct tp_name name;
  uint64_t generation;    // of this slot: the counter of the ids
  uint64_t waits;         // waits for it that have ended
  uint64_t waited;        // ticks that those took
  uint64_t longest_wait;  // ticks of the longest of them
  uint64_t uses;          // how often it was held, put to or taken from
  uint64_t reader;        // id of the task that takes from a stream, or 0
  uint64_t writer;        // id of the task that puts into one, or 0
  uint64_t released_by;   // id of the last task that released it while another one held it, or 0
  uint64_t released_from; // id of the task that held it then
};
_Static_assert(sizeof(struct tp_resource) == 192, "tp_resource");
_Static_assert(offsetof(struct tp_resource, generation) == 120, "tp_resource.generation");
_Static_assert(offsetof(struct tp_resource, released_by) == 176, "tp_resource.released_by");
_Static_assert(offsetof(struct tp_resource, producers) == 68, "tp_resource.producers");

// The id of a resource for which the table has no room has this in place of a slot, and its kind in
// place of a generation, so that what a task waits for is still called what it is.
#define TP_UNLISTED 0xffffffffu

// A resource in 32 bits: slot + 1, and the low bits of the counter in its id, so that another one
// in its slot is not taken for it. 0 for a slot that does not fit.
static inline uint32_t tp_resource_mark(uint64_t id) {
  uint32_t slot = (uint32_t)id;
  return id == 0 || slot >= 0xfffffu ? 0 : (uint32_t)(id >> 32) << 20 | (slot + 1);
}

struct tp_loop {
  uint64_t id;  // 0: free
  uint64_t created;
  uint64_t iterations;
  uint64_t iteration_began;  // ticks; 0 while it waits in the selector
  uint64_t busy;             // ticks outside the selector
  uint64_t lag;              // ticks by which the last due timer was late
  uint64_t lag_max;          // the same, at worst, since lag_window began
  uint32_t ready;            // jobs and callbacks found by the last iteration
  uint32_t timers;           // armed
  uint16_t worker;
  uint16_t reserved[3];
  struct tp_name name;
  uint64_t next_deadline;  // ns of CLOCK_MONOTONIC: no armed timer is due before it; 0: not kept
  uint64_t lag_window;     // ticks: since when lag_max counts; begun anew TP_LAG_WINDOW ns later
  uint64_t lag_before;     // lag_max of the window before
  uint64_t longest_job;    // ticks that its longest job took, all the time
  uint64_t longest_ended;  // ticks: when that ended
  uint64_t longest_task;   // id of its task; 0: a callback
  uint32_t longest_site;   // of the callback, or 0
  uint32_t reserved_word;
  uint64_t spare[2];
};
_Static_assert(sizeof(struct tp_loop) == 192, "tp_loop");
_Static_assert(offsetof(struct tp_loop, next_deadline) == 120, "tp_loop.next_deadline");
#define TP_LAG_WINDOW 60000000000ull

// What one thread has counted since it started; sums over all workers are the process's.
enum tp_counter {
  TP_COUNT_EVENTS = 0,  // written to the ring
  TP_COUNT_CREATED,
  TP_COUNT_ADOPTED,     // of the created: first seen later
  TP_COUNT_POLLS,
  TP_COUNT_ENDED,
  TP_COUNT_WAKES,
  TP_COUNT_CANCELLED,
  TP_COUNT_TIMERS,
  TP_COUNT_UNLISTED_POLLS,                       // of tasks that have no slot
  TP_COUNT_WAITS,                                // + tp_wait: polls that ended in this wait
  TP_COUNTERS = TP_COUNT_WAITS + TP_WAIT_KINDS,
};

enum tp_worker_state {
  TP_WORKER_FREE = 0,
  TP_WORKER_LIVE = 1,
  TP_WORKER_EXITED = 2,  // its ring can still be read; a new thread may take its place
};

// A thread that has run a task or reported an event. Written by that thread alone.
struct tp_worker {
  uint32_t state;  // tp_worker_state
  uint32_t tid;
  char name[16];
  uint64_t head;       // events ever written to the ring
  uint64_t task;       // id of the task it polls now, or 0
  uint64_t task_since; // ticks
  uint64_t counters[TP_COUNTERS];
  uint64_t ring_since;     // the number of the first event in the ring as it is
  uint64_t longest_poll;   // ticks of the longest poll on this thread
  uint64_t longest_ended;  // ticks: when that ended
  uint64_t longest_task;   // id of its task
  uint64_t endings;        // twice the tasks that ended on it, + 1 while one is reported
  uint64_t ring_place;     // where the ring is, once it has grown: see below
  uint64_t spare[1];
};
_Static_assert(sizeof(struct tp_worker) == 256, "tp_worker");
_Static_assert(offsetof(struct tp_worker, ring_since) == 200, "tp_worker.ring_since");
_Static_assert(offsetof(struct tp_worker, endings) == 232, "tp_worker.endings");

// Where a worker's ring is: 0, where all begin; TP_RING_MOVES, it is just moving; else an offset in
// events from the start of the grown rings, how often it has moved, and its size as a power of two.
#define TP_RING_MOVES UINT64_MAX
#define TP_RING_PLACE(start, moves, shift) \
  ((uint64_t)(start) | ((uint64_t)(moves) & 0xffffu) << 40 | (uint64_t)(shift) << 56)
static inline uint64_t tp_ring_start(uint64_t place) { return place & ((1ull << 40) - 1); }
static inline uint32_t tp_ring_moves(uint64_t place) { return (uint32_t)(place >> 40 & 0xffffu); }
static inline uint32_t tp_ring_shift(uint64_t place) { return (uint32_t)(place >> 56); }

enum tp_site_kind {
  TP_SITE_SOURCE = 1,  // file, line and function are known
  TP_SITE_CODE = 2,    // frames[0…2] are return addresses, innermost first; frames[3] the body
  TP_SITE_TYPE = 3,    // function is a class name
  TP_SITE_RESUME = 4,  // as a stack of up to four frames; not written any more
};

struct tp_site {
  uint32_t kind;  // tp_site_kind; 0 while it is being written
  uint32_t line;
  uint32_t file;      // string
  uint32_t function;  // string
  uint64_t frames[4];
  uint64_t spare[2];
};
_Static_assert(sizeof(struct tp_site) == 64, "tp_site");

// What the tasks that were created at a site came to, added up as each of them ends. The living are
// counted in their slots.
struct tp_site_counts {
  uint64_t returned;
  uint64_t threw;
  uint64_t unknown;    // ended, and the runtime did not say how
  uint64_t cancelled;  // of those: a request to cancel had been made
  uint64_t polls;
  uint64_t busy;       // ticks
  uint64_t scheduled;  // ticks
  uint64_t longest;    // ticks of the longest poll of any of them
};
_Static_assert(sizeof(struct tp_site_counts) == 64, "tp_site_counts");

// An async backtrace, stored once: where each function goes on, innermost first, with a function
// that calls itself once. It takes as many entries of the area as its frames need; its number is
// that of its first entry.
struct tp_stack {
  uint32_t count;      // frames; 0 while it is being written
  uint32_t is_cut;     // 1: there are more frames than TP_STACK_FRAMES
  uint64_t frames[7];  // the others follow, in the entries after this one
};
_Static_assert(sizeof(struct tp_stack) == 64, "tp_stack");
_Static_assert(offsetof(struct tp_stack, frames) == 8, "tp_stack.frames");

// The frames, as many as `count` says.
static inline uint64_t *tp_stack_frames(struct tp_stack *stack) {
  return (uint64_t *)((char *)stack + offsetof(struct tp_stack, frames));
}

#define TP_STACK_FRAMES 64u

// Entries that a stack of so many frames takes.
static inline uint32_t tp_stack_size(uint32_t frames) { return (frames + 8) / 8; }

// What a task says of its stack: the number, and whether only the first TP_STACK_PROVEN frames are
// known to be those of its last wait: the others were when it first waited there.
#define TP_STACK_PROVEN 12u
#define TP_STACK_STALE 0x8000u
static inline uint16_t tp_stack_number(uint16_t stack) { return stack & (TP_STACK_STALE - 1); }

// An executable or library in the app's memory, so that addresses can be turned into places later.
struct tp_module {
  uint64_t bias;  // address in memory − address in the file
  uint64_t start;
  uint64_t end;
  uint32_t path;          // string
  uint8_t build_id_size;  // bytes of its build ID; 0: it has none
  uint8_t reserved[3];
  uint8_t build_id[32];   // NT_GNU_BUILD_ID of the file that was loaded
};
_Static_assert(sizeof(struct tp_module) == 64, "tp_module");
