// Rings: each worker has one, which moves to a larger place when it is full too soon.
//
// Which ring a worker has is private to the process; what its record says of it is for readers. An
// event stays where it was written: after a move, what was not read before is found in the place
// before, where nobody writes any more. A place that was left is not used again, so together they
// take at most twice what the rings of that time do.
#include "internal.h"

struct own_ring {
  struct tp_event *events;  // null: where all begin
  uint32_t capacity;
  uint32_t moves;
  uint64_t began;  // ticks of its first event since it was full; 0: none yet
};

static struct own_ring own_rings[TP_WORKERS];

void tp_take_ring(struct tp_thread *thread) {
  struct own_ring *own = &own_rings[thread->index];
  if (!own->events) {
    own->capacity = tp_own.ring_capacity;
    own->events = (struct tp_event *)tp_live.rings + (uint64_t)thread->index * own->capacity;
  }
  thread->ring = own->events;
  thread->ring_mask = own->capacity - 1;
}

// How large a ring would have to be for lasting as long as observers wish.
static uint32_t wanted_capacity(const struct own_ring *own, uint64_t lasted, uint64_t wanted) {
  uint32_t capacity = own->capacity;
  while (lasted < wanted && capacity < TP_RING_MOST) {
    capacity *= 2;
    lasted *= 2;
  }
  return capacity;
}

// Takes room for so many events, or for half of them, and so on; returns how many.
static uint32_t take_room(uint32_t capacity, uint32_t least, uint64_t *start) {
  uint64_t used = TP_GET(tp_own.grown_used);
  for (;;) {
    while (capacity >= least && used + capacity > tp_own.grown_capacity) capacity /= 2;
    if (capacity < least) return 0;
    if (__atomic_compare_exchange_n(
            &tp_own.grown_used, &used, used + capacity, true, __ATOMIC_RELAXED,
            __ATOMIC_RELAXED)) {
      *start = used;
      return capacity;
    }
  }
}

void tp_ring_full(struct tp_thread *thread, uint64_t ticks) {
  struct own_ring *own = &own_rings[thread->index];
  struct tp_worker *worker = thread->worker;
  uint64_t began = own->began, wanted = TP_GET(tp_observing->ring_ticks), start;
  own->began = ticks;
  if (began == 0 || ticks <= began || ticks - began >= wanted) return;
  uint32_t capacity = wanted_capacity(own, ticks - began, wanted);
  if (capacity > own->capacity) capacity = take_room(capacity, 2 * own->capacity, &start);
  if (capacity <= own->capacity) return;
  own->events = (struct tp_event *)tp_live.grown_rings + start;
  own->capacity = capacity;
  own->moves++;
  __atomic_store_n(&worker->ring_place, TP_RING_MOVES, __ATOMIC_RELAXED);
  __atomic_thread_fence(__ATOMIC_RELEASE);
  TP_SET(worker->ring_since, TP_GET(worker->head));
  uint32_t shift = (uint32_t)__builtin_ctz(capacity);
  __atomic_store_n(
      &worker->ring_place, TP_RING_PLACE(start, own->moves, shift), __ATOMIC_RELEASE);
  tp_take_ring(thread);
}
