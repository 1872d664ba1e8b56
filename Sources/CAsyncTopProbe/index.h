// What is appended to the region is found again by an index that is private to the process.
//
// A key is the hash of all that makes an entry, and 48 bits of it are taken for the entry itself:
// among 2^15 entries two share one with probability 2e-6. An element of the index is one word, so
// that whoever finds a key finds its entry: two threads that ask for the same one at once both
// append it, and the second takes the first's.
#pragma once

#include "internal.h"

#define TP_INDEX_PROBES 32u

// Takes room in an area and tells readers of it; `used` is ours, what the header says a copy.
TP_INLINE bool tp_take_room(
    struct tp_area *area, uint32_t *used, uint32_t capacity, uint32_t size, uint32_t *first) {
  *first = TP_GET(*used);
  do {
    if (capacity - *first < size) return false;
  } while (!__atomic_compare_exchange_n(
      used, first, *first + size, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  tp_raise32(&area->used, *first + size);
  return true;
}

// An index is 48 bits of a key, then 16 of a number, or 0; its size is a power of two.
TP_INLINE bool tp_index_find(
    const uint64_t index[], uint32_t size, uint64_t key, uint32_t *number) {
  *number = 0;
  for (uint32_t probe = 0; probe < TP_INDEX_PROBES; probe++) {
    const uint64_t *entry = &index[((uint32_t)key + probe) & (size - 1)];
    uint64_t found = __atomic_load_n(entry, __ATOMIC_ACQUIRE);
    if (found == 0) return false;
    if (found >> 16 != key >> 16) continue;
    *number = (uint32_t)(found & 0xffff);
    return true;
  }
  // Full around here: what is not found is left without a number.
  return true;
}

// Returns the number, or that which another thread has entered under the key meanwhile.
TP_INLINE uint32_t tp_index_enter(
    uint64_t index[], uint32_t size, uint64_t key, uint32_t number) {
  for (uint32_t probe = 0; probe < TP_INDEX_PROBES; probe++) {
    uint64_t *entry = &index[((uint32_t)key + probe) & (size - 1)], found = 0;
    uint64_t made = (key & ~0xffffull) | number;
    if (__atomic_compare_exchange_n(
            entry, &found, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      return number;
    }
    if (found >> 16 == key >> 16) return (uint32_t)(found & 0xffff);
  }
  return number;
}
