// Between the files of the probe.
#pragma once

#include "include/reading.h"

// A return address without its signature, which code for arm64 that was compiled with
// -mbranch-protection puts into its upper bits. Where none is signed, the instruction does nothing.
// Not run on such a machine yet.
static inline uint64_t tp_without_signature(uint64_t address) {
#if defined(__aarch64__)
  register uint64_t link __asm__("x30") = address;
  __asm__("hint #7" : "+r"(link));  // xpaclri
  return link;
#else
  return address;
#endif
}

// A descriptor below 3 would be taken for standard input, output or error, where the program was
// started without them: it is moved. −1 stays −1, with errno as it was.
int tp_lift_descriptor(int descriptor);

// Memory for a region and for the observers' page (memory.c).
struct tp_memory {
  void *region;
  uint64_t size;
  struct tp_observers *observers;  // null if the kernel gives none
  int descriptor;                  // of the region
  int observers_descriptor;        // or −1
  const char *failure;             // for people, if region is null
};
// In a file if ASYNCTOP_REGION names one, else in memory; `layout` is filled with what fits.
struct tp_memory tp_make_memory(struct tp_header *layout);
struct tp_memory tp_make_test_memory(const struct tp_header *layout);

// Limits. A table is sparse: what is not used costs address space only. A region in a file has all
// its blocks allocated, so its tables are smaller.
#define TP_TASKS (1u << 21)
#define TP_RING (1u << 14)
#define TP_RING_MOST (1u << 20)
#define TP_FILE_TASKS (1u << 16)
#define TP_FILE_RING (1u << 12)
#define TP_LOOPS 64u
#define TP_WORKERS 256u
#define TP_STRINGS (4u << 20)
#define TP_MODULES 256u
#define TP_STACKS 32768u

// Copies a string into the region. 0, the empty string, if there is no room.
uint32_t tp_string(const char *text);

// A copy of the probe, for the other copies in the process (copies.c).
struct tp_copy {
  uint32_t version;    // TP_COPY_VERSION; what follows never changes with one
  uint32_t reports;    // this one is the process's probe
  bool (*start)(void);
  void (*met)(void);   // another one stays off because this one reports
};
#define TP_COPY_VERSION 1u
extern struct tp_copy tp_this_copy __attribute__((visibility("hidden")));

// Makes this copy the process's probe, unless another one is.
bool tp_claim_process(void);
void tp_met_copy(void);
// A copy that is not this one; null if there is none.
struct tp_copy *tp_other_copy(void);

// What a note of an object that is in memory holds; null if it has none of this owner and type.
struct dl_phdr_info;
const void *tp_find_note(
    const struct dl_phdr_info *info, const char *owner, uint32_t type, uint32_t *length);

// Gives a thread the ring of its worker.
void tp_take_ring(struct tp_thread *thread);

// Ends the region of a process that goes on.
void tp_end(void);

void tp_install_hooks(void);
// Puts back what that has replaced; calls that are under way end as they began.
void tp_remove_hooks(void);
void tp_set_native_status(uint32_t status);
// Nothing is reported of native tasks from here on.
void tp_hear_no_more(void);

// A function that loaded objects import, by a name that does not begin with $ or _, and what they
// are given in its place, or null to leave it.
struct tp_import {
  const char *name;
  void *replacement;
  unsigned replaced;  // how many slots that were
};
// Replaces them in the objects whose name contains this, or with null in all.
void tp_replace_imports(const char *object, struct tp_import imports[], unsigned count);
// Replaces one; returns how many slots that were.
unsigned tp_replace_import(const char *object, const char *name, void *replacement);
