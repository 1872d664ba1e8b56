// Free slots: a lock-free stack of each table's, and magazines of some at each thread.
//
// A stack is a word: a counter that tells a head that was popped and pushed again, and slot + 1 of
// the head. The links between free slots, like the stack, are private to the process; the region's
// table is told how many slots were ever used.
#include "internal.h"

// Links `count` slots to a chain and pushes it.
static void push(struct tp_pool *pool, const uint32_t *slots, uint32_t count) {
  for (uint32_t i = 0; i + 1 < count; i++) TP_SET(pool->links[slots[i]], slots[i + 1] + 1);
  uint32_t *last = &pool->links[slots[count - 1]];
  uint64_t head = TP_GET(pool->free), next;
  do {
    TP_SET(*last, (uint32_t)head);
    next = ((head >> 32) + 1) << 32 | (slots[0] + 1);
  } while (!__atomic_compare_exchange_n(
      &pool->free, &head, next, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static bool pop(struct tp_pool *pool, uint32_t *slot) {
  uint64_t head = __atomic_load_n(&pool->free, __ATOMIC_ACQUIRE), next;
  do {
    if ((uint32_t)head == 0) return false;
    *slot = (uint32_t)head - 1;
    // Another thread may have taken this slot; then the counter moved on and the exchange fails.
    next = ((head >> 32) + 1) << 32 | TP_GET(pool->links[*slot]);
  } while (!__atomic_compare_exchange_n(
      &pool->free, &head, next, true, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
  return true;
}

// Takes up to `wanted` slots that were never used.
static uint32_t extend(struct tp_pool *pool, uint32_t *slots, uint32_t wanted) {
  uint32_t high = TP_GET(pool->high), count;
  do {
    count = pool->capacity - high < wanted ? pool->capacity - high : wanted;
    if (count == 0) return 0;
  } while (!__atomic_compare_exchange_n(
      &pool->high, &high, high + count, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  for (uint32_t i = 0; i < count; i++) slots[i] = high + count - 1 - i;
  // A slower thread must not lower what a faster one has said.
  tp_raise32(&pool->table->high, high + count);
  return count;
}

bool tp_fill_magazine(struct tp_pool *pool, struct tp_magazine *magazine) {
  uint32_t *count = &magazine->count;
  while (*count < TP_MAGAZINE / 4 && pop(pool, &magazine->slots[*count])) ++*count;
  if (*count == 0) *count = extend(pool, magazine->slots, TP_MAGAZINE / 4);
  if (*count) return true;
  __atomic_fetch_add(&pool->table->unlisted, 1, __ATOMIC_RELAXED);
  return false;
}

void tp_empty_magazine(struct tp_pool *pool, struct tp_magazine *magazine, uint32_t keep) {
  if (magazine->count <= keep) return;
  push(pool, magazine->slots + keep, magazine->count - keep);
  magazine->count = keep;
}

// slot + 1, or 0.
uint32_t tp_take_slot(struct tp_pool *pool) {
  uint32_t slot;
  if (pop(pool, &slot) || extend(pool, &slot, 1)) return slot + 1;
  __atomic_fetch_add(&pool->table->unlisted, 1, __ATOMIC_RELAXED);
  return 0;
}

void tp_give_slot(struct tp_pool *pool, uint32_t slot) { push(pool, &slot, 1); }
