// The region: the shared memory that joins a watched app and whoever watches it.
//
//   header │ tasks │ task origins │ task details │ groups │ timers │ resources │ loops │ workers
//          │ sites │ site counts │ strings │ modules │ stacks │ changes │ rings │ grown rings
//
// Every part starts at an offset that the header names. Fields are naturally aligned words that are
// written with relaxed atomic stores by the app and may be read by anyone at any time; a reader
// tells a slot that was reused while it looked by the id, which it reads before and after. The app
// relies on nothing that it reads here: what it allocates by is private (probe.h), and what it does
// read is a number to count on or a slot whose bound is checked. What was reserved, and 0, may be
// given a meaning; any other change of this file is one of TP_ABI_VERSION.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "events.h"
#include "slots.h"

#define TP_MAGIC "asynctop"
#define TP_ABI_VERSION 3u
#define TP_HEADER_SIZE 4096u
#define TP_OBSERVERS_SIZE 4096u
#define TP_BLOCK 8u  // slots that share a word of their table's changes

// Which clock the ticks of the region count.
enum tp_clock_kind {
  TP_CLOCK_MONOTONIC = 0,  // CLOCK_MONOTONIC in nanoseconds
  TP_CLOCK_TSC = 1,        // x86-64's invariant time stamp counter
  TP_CLOCK_CNTVCT = 2,     // aarch64's virtual counter
};

// How much of Swift's native tasks the probe sees, and why not more.
enum tp_native_status {
  TP_NATIVE_NOT_STARTED = 0,
  TP_NATIVE_FULL = 1,            // polls, waits, creation, completion
  TP_NATIVE_PARTIAL = 2,         // no import slots to patch (static stdlib): no creation sites
  TP_NATIVE_NO_RUNTIME = 3,      // the program has no Swift concurrency runtime
  TP_NATIVE_UNKNOWN_LAYOUT = 4,  // another layout version or task size than we know
  TP_NATIVE_SELF_TEST_FAILED = 5,
  TP_NATIVE_SCANNED = 6,         // there is no probe: an observer fills the region from outside
};

enum tp_region_state {
  TP_REGION_STARTING = 0,
  TP_REGION_LIVE = 1,
  TP_REGION_ENDED = 2,  // the app left main or called exit
};

// One table of slots.
struct tp_table {
  uint64_t offset;    // of its first array, in bytes from the start of the region
  uint32_t capacity;  // slots
  uint32_t stride;    // bytes from slot to slot in the first array
  uint32_t high;      // slots ever used: a reader looks at [0, high)
  uint32_t block;     // TP_BLOCK; 0: there are no `changes`
  uint64_t changes;   // offset: of each block of slots, the epoch of its last change
  uint64_t unlisted;  // entities that found no slot
};

// Space that is only appended to.
struct tp_area {
  uint64_t offset;
  uint32_t capacity;  // bytes of strings; entries of sites, modules and stacks
  uint32_t used;
};

struct tp_header {
  char magic[8];
  uint32_t abi_version;
  uint32_t header_size;
  uint64_t region_size;
  uint32_t pid;
  uint32_t state;  // tp_region_state

  // The clock: two moments at which ticks and nanoseconds were read together. The second is renewed
  // by the app now and then; the rate follows from both, or from the first and a reader's clocks.
  uint32_t clock_kind;
  uint32_t native_status;
  uint64_t start_ticks;
  uint64_t start_monotonic;  // ns of CLOCK_MONOTONIC
  uint64_t start_realtime;   // ns since 1970
  uint64_t anchor_ticks;
  uint64_t anchor_monotonic;

  uint32_t swift_layout_version;
  uint32_t swift_task_size;
  uint64_t process_start;  // field 22 of /proc/<pid>/stat: tells a reused pid
  uint32_t executable;     // string: path
  uint32_t command;        // string: the arguments, joined by spaces; only if asked for, else 0
  uint64_t lost_threads;   // threads that found no worker and so have no ring
  int32_t observers;       // the process's descriptor of the observers' page, or −1
  uint32_t other_copies;   // copies of the probe that stay off because this one reports

  struct tp_table tasks;  // first array: tp_task; then tp_task_origin, tp_task_detail, same slots
  struct tp_table groups;
  struct tp_table timers;
  struct tp_table resources;
  struct tp_table loops;
  uint64_t task_origins;  // offset
  uint64_t task_details;  // offset

  uint64_t workers;  // offset
  uint32_t worker_capacity;
  uint32_t worker_high;
  uint64_t rings;       // offset; one ring a worker, all of one size, before any grows
  uint64_t ring_bytes;  // of all rings

  struct tp_area sites;
  struct tp_area strings;
  struct tp_area modules;
  struct tp_area stacks;
  uint64_t site_counts;  // offset: as many as there are sites
  uint64_t eject;        // address of a function that turns the probe off; 0 if it is linked;
                         // TP_EJECTED once it was called
  uint64_t site_own_counts;  // offset: more of the counts, of one thread at each site; 0: none
  uint64_t site_changes; // offset: as a table's changes, of the counts; 0: there are none
  uint64_t grown_rings;  // offset of where a ring moves when it grows: see tp_worker
  uint64_t grown_bytes;  // 0: none grows
};
#define TP_EJECTED 1u
_Static_assert(sizeof(struct tp_table) == 40, "tp_table");
_Static_assert(sizeof(struct tp_header) == 480, "tp_header");
_Static_assert(sizeof(struct tp_header) <= TP_HEADER_SIZE, "the header fits its page");

// The observers' page: a memory object of its own, which observers may write. Nothing that the app
// reads here can hurt it.
struct tp_observers {
  char magic[8];  // TP_MAGIC
  uint32_t abi_version;
  uint32_t pid;
  // Events are written to the rings while the clock is below this: see Observers in Layout.md.
  uint64_t lease_ticks;
  // A look at the tables that begins after this moment, in ticks, has yet to see the changes from
  // here on: see Changed blocks in Layout.md.
  uint64_t epoch;
  // How long a ring should last, in ticks: one that is full sooner grows, as far as there is room.
  uint64_t ring_ticks;
  uint64_t spare[3];
  // Later: what observers ask the app for. An app reads it only where it has said that it does.
  uint64_t requests[64];
};
_Static_assert(sizeof(struct tp_observers) == 576, "tp_observers");
_Static_assert(sizeof(struct tp_observers) <= TP_OBSERVERS_SIZE, "the observers fit their page");

// The parts of a mapped region, resolved to pointers, and their capacities. `header` is the mapping
// itself; the pointers and capacities are of the header that was checked, whatever it says now.
struct tp_region {
  struct tp_header *header;
  struct tp_task *tasks;
  struct tp_task_origin *origins;
  struct tp_task_detail *details;
  struct tp_group *groups;
  struct tp_timer *timers;
  struct tp_resource *resources;
  struct tp_loop *loops;
  struct tp_worker *workers;
  struct tp_site *sites;
  struct tp_site_counts *site_counts;
  struct tp_site_counts *site_own_counts;
  char *strings;
  struct tp_module *modules;
  struct tp_stack *stacks;
  char *rings;
  uint64_t ring_bytes;
  char *grown_rings;
  uint64_t grown_bytes;
  uint32_t task_capacity;
  uint32_t group_capacity;
  uint32_t timer_capacity;
  uint32_t resource_capacity;
  uint32_t loop_capacity;
  uint32_t worker_capacity;
  uint32_t site_capacity;
  uint32_t string_capacity;
  uint32_t module_capacity;
  uint32_t stack_capacity;
  // The epochs of the blocks' last changes, null if the region has none, and the epoch of those
  // that are made here: always 0 where nobody asks.
  uint64_t *task_changes;
  uint64_t *group_changes;
  uint64_t *timer_changes;
  uint64_t *resource_changes;
  uint64_t *site_changes;
  const uint64_t *epoch;
  // By how many ns the CLOCK_MONOTONIC of the region's process is ahead of that of the process that
  // reads it: not 0 if they are in different time namespaces.
  int64_t clock_lead;
};
