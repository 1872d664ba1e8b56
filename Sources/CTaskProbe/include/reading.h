// What a reader needs of C: relaxed loads of words that others write.
#pragma once

#include "region.h"

static inline uint64_t tp_load(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline uint64_t tp_load_acquire(const uint64_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline uint32_t tp_load32(const uint32_t *word) {
  return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline void tp_store(uint64_t *word, uint64_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

// Raises the word to the value if it is lower: how several observers hold one lease.
static inline void tp_raise(uint64_t *word, uint64_t value) {
  uint64_t found = __atomic_load_n(word, __ATOMIC_RELAXED);
  while (found < value && !__atomic_compare_exchange_n(
                              word, &found, value, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

static inline void tp_fence_acquire(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
