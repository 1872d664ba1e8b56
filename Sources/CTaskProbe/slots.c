// Free slots: a lock-free stack in each table, and magazines of some at each thread.
//
// A stack is a word: a counter that tells a head that was popped and pushed again, and slot + 1 of
// the head. A free slot holds slot + 1 of the next one, in a field that is of no use while it is
// free.
#include "internal.h"

static uint32_t *link_of(struct tp_table *table, uint32_t slot) {
  struct tp_header *header = tp_live.header;
  if (table == &header->tasks) return &tp_live.origins[slot].groups;
  if (table == &header->groups) return &tp_live.groups[slot].next;
  if (table == &header->timers) return &tp_live.timers[slot].site;
  if (table == &header->resources) return &tp_live.resources[slot].site;
  return &tp_live.loops[slot].ready;
}

// Links `count` slots to a chain and pushes it.
static void push(struct tp_table *table, const uint32_t *slots, uint32_t count) {
  for (uint32_t i = 0; i + 1 < count; i++) TP_SET(*link_of(table, slots[i]), slots[i + 1] + 1);
  uint32_t *last = link_of(table, slots[count - 1]);
  uint64_t head = TP_GET(table->free), next;
  do {
    TP_SET(*last, (uint32_t)head);
    next = ((head >> 32) + 1) << 32 | (slots[0] + 1);
  } while (!__atomic_compare_exchange_n(
      &table->free, &head, next, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static bool pop(struct tp_table *table, uint32_t *slot) {
  uint64_t head = __atomic_load_n(&table->free, __ATOMIC_ACQUIRE), next;
  do {
    if ((uint32_t)head == 0) return false;
    *slot = (uint32_t)head - 1;
    // Another thread may have taken this slot; then the counter moved on and the exchange fails.
    next = ((head >> 32) + 1) << 32 | TP_GET(*link_of(table, *slot));
  } while (!__atomic_compare_exchange_n(
      &table->free, &head, next, true, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
  return true;
}

// Takes up to `wanted` slots that were never used.
static uint32_t extend(struct tp_table *table, uint32_t *slots, uint32_t wanted) {
  uint32_t high = TP_GET(table->high), count;
  do {
    count = table->capacity - high < wanted ? table->capacity - high : wanted;
    if (count == 0) return 0;
  } while (!__atomic_compare_exchange_n(
      &table->high, &high, high + count, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  for (uint32_t i = 0; i < count; i++) slots[i] = high + count - 1 - i;
  return count;
}

bool tp_fill_magazine(struct tp_table *table, struct tp_magazine *magazine) {
  uint32_t *count = &magazine->count;
  while (*count < TP_MAGAZINE / 4 && pop(table, &magazine->slots[*count])) ++*count;
  if (*count == 0) *count = extend(table, magazine->slots, TP_MAGAZINE / 4);
  if (*count) return true;
  __atomic_fetch_add(&table->unlisted, 1, __ATOMIC_RELAXED);
  return false;
}

void tp_empty_magazine(struct tp_table *table, struct tp_magazine *magazine, uint32_t keep) {
  if (magazine->count <= keep) return;
  push(table, magazine->slots + keep, magazine->count - keep);
  magazine->count = keep;
}

// slot + 1, or 0.
uint32_t tp_take_slot(struct tp_table *table) {
  uint32_t slot;
  if (pop(table, &slot) || extend(table, &slot, 1)) return slot + 1;
  __atomic_fetch_add(&table->unlisted, 1, __ATOMIC_RELAXED);
  return 0;
}

void tp_give_slot(struct tp_table *table, uint32_t slot) { push(table, &slot, 1); }
