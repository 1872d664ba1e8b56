// Copies: a process may have the probe several times, linked into its program, linked into a
// library and preloaded. One of them reports, since they would write to the same word of each task.
//
// No copy exports a symbol that the others could look up: a program exports none unless it is
// linked for that. So each has a note, which the loader maps with the object that it is part of,
// and which says where the copy's record is.
#define _GNU_SOURCE
#include <link.h>

#include "internal.h"

#define COPY_NOTE "asynctop"
#define COPY_NOTE_TYPE 1u

struct tp_copy tp_this_copy = {.version = TP_COPY_VERSION, .start = tp_start, .met = tp_met_copy};

__asm__(
    ".pushsection .note.asynctop, \"a\", %note\n"
    ".balign 4\n"
    ".long 9, 8, 1\n"  // the sizes of name and contents, the type
    ".asciz \"" COPY_NOTE "\"\n"
    ".balign 4\n"
    "0: .quad tp_this_copy - 0b\n"
    ".popsection\n");

static bool is_loaded(const struct dl_phdr_info *info, const ElfW(Phdr) *part) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type == PT_LOAD && (segment->p_flags & PF_R) &&
        part->p_vaddr >= segment->p_vaddr &&
        part->p_vaddr - segment->p_vaddr <= segment->p_filesz &&
        part->p_memsz <= segment->p_filesz - (part->p_vaddr - segment->p_vaddr)) {
      return true;
    }
  }
  return false;
}

const void *tp_find_note(
    const struct dl_phdr_info *info, const char *owner, uint32_t type, uint32_t *length) {
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_NOTE || !is_loaded(info, segment)) continue;
    const char *note = (const char *)(info->dlpi_addr + segment->p_vaddr);
    uint64_t left = segment->p_memsz, alignment = segment->p_align == 8 ? 8 : 4;
    while (left >= sizeof(ElfW(Nhdr))) {
      const ElfW(Nhdr) *head = (const void *)note;
      uint64_t name = (head->n_namesz + alignment - 1) & ~(alignment - 1);
      uint64_t size = sizeof *head + name + ((head->n_descsz + alignment - 1) & ~(alignment - 1));
      if (size > left) break;
      const char *text = note + sizeof *head;
      if (head->n_type == type && head->n_namesz == strlen(owner) + 1 &&
          memcmp(text, owner, head->n_namesz) == 0) {
        *length = head->n_descsz;
        return text + name;
      }
      note += size, left -= size;
    }
  }
  return NULL;
}

// The record of a copy in an object that is loaded; null if there is none of a version we know.
static struct tp_copy *copy_in(const struct dl_phdr_info *info) {
  uint32_t length = 0;
  const char *contents = tp_find_note(info, COPY_NOTE, COPY_NOTE_TYPE, &length);
  int64_t distance;
  if (!contents || length != sizeof distance) return NULL;
  memcpy(&distance, contents, sizeof distance);
  struct tp_copy *copy = (struct tp_copy *)(contents + distance);
  return copy->version == TP_COPY_VERSION ? copy : NULL;
}

// The loader calls this for one object after the other and lets no other thread do the same
// meanwhile: so what one thread claims here is claimed before another one looks.
static int claim(struct dl_phdr_info *info, size_t size, void *result) {
  (void)size;
  struct tp_copy *copy = copy_in(info), **other = result;
  if (!copy || copy == &tp_this_copy || !copy->reports) return 0;
  tp_this_copy.reports = 0;
  *other = copy;
  return 1;
}

static int begin_claim(struct dl_phdr_info *info, size_t size, void *result) {
  (void)info, (void)size;
  tp_this_copy.reports = 1;
  dl_iterate_phdr(claim, result);
  return 1;
}

bool tp_claim_process(void) {
  struct tp_copy *other = NULL;
  dl_iterate_phdr(begin_claim, &other);
  if (other) other->met();
  return !other;
}

static int find_other(struct dl_phdr_info *info, size_t size, void *result) {
  (void)size;
  struct tp_copy *copy = copy_in(info);
  if (!copy || copy == &tp_this_copy) return 0;
  *(struct tp_copy **)result = copy;
  return 1;
}

struct tp_copy *tp_other_copy(void) {
  struct tp_copy *other = NULL;
  dl_iterate_phdr(find_other, &other);
  return other;
}
