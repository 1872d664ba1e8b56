// The events that are written to the rings of the region, and what each of them says.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum tp_event_kind {
  TP_EVENT_NONE = 0,
  TP_EVENT_TASK_CREATED = 1,    // a id, b parent id
  TP_EVENT_TASK_ORIGIN = 2,     // a site | group slot+1 << 32, b flags | priority << 16
  TP_EVENT_TASK_NAMED = 3,      // detail part, a b 16 bytes of the name
  TP_EVENT_TASK_SCHEDULED = 4,  // a id of the waker
  TP_EVENT_POLL_BEGAN = 5,
  TP_EVENT_POLL_ENDED = 6,      // detail tp_wait, a target, b site | stack << 16 | type << 32
  TP_EVENT_TASK_CANCELLED = 7,  // a id of the canceller
  TP_EVENT_TASK_ENDED = 8,      // detail tp_outcome, b the how-manieth end of its thread's worker
  TP_EVENT_TASK_AWAITED = 9,    // a tp_resource_mark of what awaits it with others, or 0
  TP_EVENT_GROUP_CREATED = 10,  // detail tp_group_kind, a id, b parent id
  TP_EVENT_GROUP_ORIGIN = 11,   // a site, b address
  TP_EVENT_GROUP_NAMED = 12,    // as TASK_NAMED
  TP_EVENT_GROUP_CANCELLED = 13,
  TP_EVENT_GROUP_ENDED = 14,
  TP_EVENT_TIMER_ARMED = 20,    // detail tp_timer_kind, a id, b deadline
  TP_EVENT_TIMER_ORIGIN = 21,   // detail of_wait, a owner id, b site | loop << 32
  TP_EVENT_TIMER_ENDED = 22,    // detail 1 fired, 2 cancelled
  TP_EVENT_RESOURCE_CREATED = 30,  // detail tp_resource_kind, a id, b site
  TP_EVENT_RESOURCE_NAMED = 31,    // as TASK_NAMED
  TP_EVENT_RESOURCE_HELD = 32,     // a id of the holder, or 0; b id of the task that released it
                                   // while another one held it, or 0
  TP_EVENT_RESOURCE_LEVEL = 33,    // a depth | capacity << 32, b waiters | producers << 32
  TP_EVENT_RESOURCE_BYTES = 34,    // a in, b out, in all
  TP_EVENT_RESOURCE_ENDED = 35,
  TP_EVENT_LOOP_STARTED = 40,  // a id
  TP_EVENT_LOOP_NAMED = 41,
  TP_EVENT_LOOP_RAN = 42,      // one iteration: a busy ticks, b lag ticks, detail 1: a new window
  TP_EVENT_LOOP_LEVEL = 43,    // a ready | timers << 32
  TP_EVENT_LOOP_ENDED = 44,
  TP_EVENT_LOOP_LONGEST = 45,  // its longest job so far ends: b ticks that it took, detail 0: a id
                               // of its task, 1: a site of the callback
  TP_EVENT_WORKER_STARTED = 50,  // a tid
  TP_EVENT_WORKER_NAMED = 51,    // a b the name
  TP_EVENT_WORKER_ENDED = 52,
  TP_EVENT_MARK = 60,  // a string: a labelled moment
};

// One event in a ring.
struct tp_event {
  uint64_t ticks;
  uint32_t slot;   // in the table that the kind names
  uint8_t kind;    // tp_event_kind
  uint8_t detail;
  uint16_t tag;    // low 16 bits of the entity's id: an event for a slot since reused is dropped
  uint64_t a;
  uint64_t b;
};
_Static_assert(sizeof(struct tp_event) == 32, "tp_event");
_Static_assert(offsetof(struct tp_event, slot) == 8, "tp_event.slot");
_Static_assert(offsetof(struct tp_event, tag) == 14, "tp_event.tag");
