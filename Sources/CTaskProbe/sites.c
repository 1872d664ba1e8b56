// Strings and sites: appended to the region, each site once.
//
// An index, private to the process, finds the site of a key. A key is the hash of all that makes
// the site, taken for the site itself: with 2^15 sites two of them share one of 2^63 with
// probability 1e-10.
#include "internal.h"

#define INDEX_SIZE (TP_SITES * 2)  // a power of two

static struct {
  uint64_t key;
  uint32_t site;  // 0 while its finder writes it
} site_index[INDEX_SIZE];

uint32_t tp_string(const char *text) {
  size_t length = strnlen(text, 4095);
  struct tp_area *strings = &tp_live.header->strings;
  uint32_t offset = TP_GET(strings->used);
  do {
    if (length == 0 || strings->capacity - offset < length + 1) return 0;
  } while (!__atomic_compare_exchange_n(
      &strings->used, &offset, offset + (uint32_t)length + 1, true, __ATOMIC_ACQ_REL,
      __ATOMIC_RELAXED));
  memcpy(tp_live.strings + offset, text, length);
  return offset;
}

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
  return hash ^ hash >> 29;
}

// Finds the key's site in *site and returns true; or claims the key, leaves its place in *site, and
// returns false: the caller then makes the site and stores it there.
static bool find(uint64_t key, uint32_t *site, uint32_t **place) {
  key |= 1;
  for (uint32_t probe = 0; probe < 32; probe++) {
    uint32_t at = ((uint32_t)(key >> 32) + probe) & (INDEX_SIZE - 1);
    uint64_t found = __atomic_load_n(&site_index[at].key, __ATOMIC_RELAXED);
    if (found == 0 &&
        __atomic_compare_exchange_n(
            &site_index[at].key, &found, key, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
      *place = &site_index[at].site;
      return false;
    }
    if (found == key) {
      *site = __atomic_load_n(&site_index[at].site, __ATOMIC_ACQUIRE);
      return true;
    }
  }
  *site = 0;
  return true;
}

// Appends a site and gives the place that find left its number.
static uint32_t append(const struct tp_site *site, uint32_t *place) {
  struct tp_area *sites = &tp_live.header->sites;
  uint32_t number = TP_GET(sites->used);
  do {
    if (number >= sites->capacity) return 0;
  } while (!__atomic_compare_exchange_n(
      &sites->used, &number, number + 1, true, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  struct tp_site *entry = &tp_live.sites[number];
  uint32_t kind = site->kind;
  memcpy((char *)entry + sizeof kind, (const char *)site + sizeof kind, sizeof *site - sizeof kind);
  __atomic_store_n(&entry->kind, kind, __ATOMIC_RELEASE);
  __atomic_store_n(place, number, __ATOMIC_RELEASE);
  return number;
}

uint32_t tp_source_site(const char *file, uint32_t line, const char *function) {
  if (!tp_enabled) return 0;
  uint32_t site, *place;
  if (find(mix(mix(TP_SITE_SOURCE, (uintptr_t)file), line), &site, &place)) return site;
  struct tp_site made = {
      .kind = TP_SITE_SOURCE,
      .line = line,
      .file = tp_string(file),
      .function = function ? tp_string(function) : 0};
  return append(&made, place);
}

uint32_t tp_code_site(uint32_t kind, const uint64_t frames[4]) {
  uint64_t key = kind;
  for (int i = 0; i < 4; i++) key = mix(key, frames[i]);
  uint32_t site, *place;
  if (find(key, &site, &place)) return site;
  struct tp_site made = {.kind = kind};
  memcpy(made.frames, frames, sizeof made.frames);
  return append(&made, place);
}

uint32_t tp_type_site(const void *identity, const char *name) {
  uint32_t site, *place;
  if (find(mix(TP_SITE_TYPE, (uintptr_t)identity), &site, &place)) return site;
  struct tp_site made = {.kind = TP_SITE_TYPE, .function = tp_string(name)};
  return append(&made, place);
}
