// Strings and sites: appended to the region, each site once.
//
// An index, private to the process, finds the site of a key. A key is the hash of all that makes
// the site, and 48 bits of it are taken for the site itself: with 2^15 sites two of them share one
// with probability 2e-6. An entry is one word, so that whoever finds a key finds its site: two
// threads that ask for the same one at once both write it, and the second takes the first's.
#include "internal.h"

#define INDEX_SIZE (TP_SITES * 2)  // a power of two
_Static_assert(TP_SITES <= 1u << 16, "a site has 16 bits in the index, and as a wait's type");

// 48 bits of a key, then 16 of its site; 0: free.
static uint64_t site_index[INDEX_SIZE];

// Takes room in an area and tells readers of it; `used` is ours, what the header says a copy.
static bool take(
    struct tp_area *area, uint32_t *used, uint32_t capacity, uint32_t size, uint32_t *first) {
  *first = TP_GET(*used);
  do {
    if (capacity - *first < size) return false;
  } while (!__atomic_compare_exchange_n(
      used, first, *first + size, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  tp_raise32(&area->used, *first + size);
  return true;
}

uint32_t tp_string(const char *text) {
  uint32_t length = (uint32_t)strnlen(text, 4095), offset;
  if (length == 0) return 0;
  struct tp_area *strings = &tp_live.header->strings;
  if (!take(strings, &tp_own.strings_used, tp_live.string_capacity, length + 1, &offset)) return 0;
  memcpy(tp_live.strings + offset, text, length);
  return offset;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
  return hash ^ hash >> 29;
}

#define INDEX_PROBES 32u

static uint32_t place_of(uint64_t key, uint32_t probe) {
  return ((uint32_t)key + probe) & (INDEX_SIZE - 1);
}

// Whether a key's site is known, in *site: its number, or 0 if there is no room for it.
static bool find(uint64_t key, uint32_t *site) {
  *site = 0;
  for (uint32_t probe = 0; probe < INDEX_PROBES; probe++) {
    uint64_t found = __atomic_load_n(&site_index[place_of(key, probe)], __ATOMIC_ACQUIRE);
    if (found == 0) return TP_GET(tp_own.sites_used) >= tp_live.site_capacity;
    if (found >> 16 == key >> 16) {
      *site = (uint32_t)(found & 0xffff);
      return true;
    }
  }
  return true;
}

// Enters a site; returns its number, or that of the one that another thread has entered meanwhile.
static uint32_t enter(uint64_t key, uint32_t number) {
  for (uint32_t probe = 0; probe < INDEX_PROBES; probe++) {
    uint64_t *entry = &site_index[place_of(key, probe)], found = 0;
    uint64_t made = (key & ~0xffffull) | number;
    if (__atomic_compare_exchange_n(
            entry, &found, made, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
      return number;
    }
    if (found >> 16 == key >> 16) return (uint32_t)(found & 0xffff);
  }
  return number;
}

// Appends a site; returns its number, or 0.
static uint32_t append(uint64_t key, const struct tp_site *site) {
  uint32_t number;
  if (!take(&tp_live.header->sites, &tp_own.sites_used, tp_live.site_capacity, 1, &number)) {
    return 0;
  }
  struct tp_site *entry = &tp_live.sites[number];
  uint32_t kind = site->kind;
  memcpy((char *)entry + sizeof kind, (const char *)site + sizeof kind, sizeof *site - sizeof kind);
  __atomic_store_n(&entry->kind, kind, __ATOMIC_RELEASE);
  return enter(key, number);
}

uint32_t tp_source_site(const char *file, uint32_t line, const char *function) {
  if (!tp_enabled) return 0;
  uint64_t key = mix(mix(TP_SITE_SOURCE, (uintptr_t)file), line);
  uint32_t site;
  if (find(key, &site)) return site;
  struct tp_site made = {
      .kind = TP_SITE_SOURCE,
      .line = line,
      .file = tp_string(file),
      .function = function ? tp_string(function) : 0};
  return append(key, &made);
}

uint32_t tp_code_site(uint32_t kind, const uint64_t frames[4]) {
  uint64_t key = kind;
  for (int i = 0; i < 4; i++) key = mix(key, frames[i]);
  uint32_t site;
  if (find(key, &site)) return site;
  struct tp_site made = {.kind = kind};
  memcpy(made.frames, frames, sizeof made.frames);
  return append(key, &made);
}

uint32_t tp_type_site(const void *identity, const char *name) {
  uint64_t key = mix(TP_SITE_TYPE, (uintptr_t)identity);
  uint32_t site;
  if (find(key, &site)) return site;
  struct tp_site made = {.kind = TP_SITE_TYPE, .function = tp_string(name)};
  return append(key, &made);
}
