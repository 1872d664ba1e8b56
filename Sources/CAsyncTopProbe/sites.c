// Strings and sites: appended to the region, each site once.
//
// An index finds the site of a key, the hash of all that makes the site.
#include "index.h"

_Static_assert(TP_SITES <= 1u << 16, "a site has 16 bits in the index, and as a wait's type");

uint64_t tp_site_index[TP_SITE_INDEX];

uint32_t tp_string(const char *text) {
  uint32_t length = (uint32_t)strnlen(text, 4095), offset;
  if (length == 0) return 0;
  struct tp_area *strings = &tp_live.header->strings;
  if (!tp_take_room(
          strings, &tp_own.strings_used, tp_live.string_capacity, length + 1, &offset)) {
    return 0;
  }
  memcpy(tp_live.strings + offset, text, length);
  return offset;
}

// Whether a key's site is known, in *site: its number, or 0 if there is no room for it.
static bool find(uint64_t key, uint32_t *site) {
  return tp_index_find(tp_site_index, TP_SITE_INDEX, key, site) ||
         TP_GET(tp_own.sites_used) >= tp_live.site_capacity;
}

// Appends a site; returns its number, or 0.
static uint32_t append(uint64_t key, const struct tp_site *site) {
  uint32_t number;
  struct tp_area *area = &tp_live.header->sites;
  if (!tp_take_room(area, &tp_own.sites_used, tp_live.site_capacity, 1, &number)) {
    return 0;
  }
  struct tp_site *entry = &tp_live.sites[number];
  uint32_t kind = site->kind;
  memcpy((char *)entry + sizeof kind, (const char *)site + sizeof kind, sizeof *site - sizeof kind);
  __atomic_store_n(&entry->kind, kind, __ATOMIC_RELEASE);
  return tp_index_enter(tp_site_index, TP_SITE_INDEX, key, number);
}

uint32_t tp_source_site(const char *file, uint32_t line, const char *function) {
  if (!tp_is_on()) return 0;
  uint64_t key = tp_source_key(file, line);
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
  for (int i = 0; i < 4; i++) key = tp_mix(key, frames[i]);
  uint32_t site;
  if (find(key, &site)) return site;
  struct tp_site made = {.kind = kind};
  memcpy(made.frames, frames, sizeof made.frames);
  return append(key, &made);
}

uint32_t tp_type_site(const void *identity, const char *name) {
  uint64_t key = tp_mix(TP_SITE_TYPE, (uintptr_t)identity);
  uint32_t site;
  if (find(key, &site)) return site;
  struct tp_site made = {.kind = TP_SITE_TYPE, .function = tp_string(name)};
  return append(key, &made);
}
