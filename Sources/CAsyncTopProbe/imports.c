// Replaces what the loaded objects import: rewrites their slots in the global offset table.
//
// One mechanism whether the probe is linked, preloaded or injected. An object that calls a function
// of its own library directly is not affected, which is why hooks.c replaces what crosses
// libraries.
#define _GNU_SOURCE
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

#if defined(__x86_64__)
#define SLOT_JUMP R_X86_64_JUMP_SLOT
#define SLOT_DATA R_X86_64_GLOB_DAT
#elif defined(__aarch64__)
#define SLOT_JUMP R_AARCH64_JUMP_SLOT
#define SLOT_DATA R_AARCH64_GLOB_DAT
#else
#error "asynctop runs on x86-64 and arm64: how others import functions is not known here"
#endif

struct search {
  const char *object;  // part of the object's name, or null for all
  struct tp_import *imports;
  unsigned count;
};

static void replace_slot(void **slot, void *replacement) {
  uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
  void *page = (void *)((uintptr_t)slot & ~(size - 1));
  // The page may have been made read-only after relocation; left writable, it is as without RELRO.
  if (mprotect(page, size, PROT_READ | PROT_WRITE) != 0) return;
  __atomic_store_n(slot, replacement, __ATOMIC_RELEASE);
}

static void search_relocations(
    struct search *search, const struct dl_phdr_info *info, const ElfW(Rela) *relocations,
    size_t count, const ElfW(Sym) *symbols, const char *strings) {
  for (size_t i = 0; i < count; i++) {
    unsigned type = ELF64_R_TYPE(relocations[i].r_info);
    if (type != SLOT_JUMP && type != SLOT_DATA) continue;
    const ElfW(Sym) *symbol = &symbols[ELF64_R_SYM(relocations[i].r_info)];
    const char *name = strings + symbol->st_name;
    // Most are of Swift's own naming.
    if (name[0] == '$' || name[0] == '_') continue;
    for (unsigned j = 0; j < search->count; j++) {
      struct tp_import *import = &search->imports[j];
      if (!import->replacement || strcmp(name, import->name) != 0) continue;
      replace_slot((void **)(info->dlpi_addr + relocations[i].r_offset), import->replacement);
      import->replaced++;
    }
  }
}

static int search_object(struct dl_phdr_info *info, size_t size, void *pointer) {
  (void)size;
  struct search *search = pointer;
  if (search->object && !strstr(info->dlpi_name, search->object)) return 0;
  const ElfW(Dyn) *entry = NULL;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type == PT_DYNAMIC) {
      entry = (void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    }
  }
  const ElfW(Rela) *plt = NULL, *data = NULL;
  const ElfW(Sym) *symbols = NULL;
  const char *strings = NULL;
  size_t plt_size = 0, data_size = 0;
  for (; entry && entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == DT_JMPREL) plt = (void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_PLTRELSZ) plt_size = entry->d_un.d_val;
    if (entry->d_tag == DT_RELA) data = (void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_RELASZ) data_size = entry->d_un.d_val;
    if (entry->d_tag == DT_SYMTAB) symbols = (void *)entry->d_un.d_ptr;
    if (entry->d_tag == DT_STRTAB) strings = (void *)entry->d_un.d_ptr;
  }
  // The vDSO's addresses are not relocated; it imports nothing of ours.
  if (!symbols || !strings || (uintptr_t)symbols < info->dlpi_addr) return 0;
  if (plt) search_relocations(search, info, plt, plt_size / sizeof *plt, symbols, strings);
  if (data) search_relocations(search, info, data, data_size / sizeof *data, symbols, strings);
  return 0;
}

void tp_replace_imports(const char *object, struct tp_import imports[], unsigned count) {
  struct search search = {object, imports, count};
  dl_iterate_phdr(search_object, &search);
}

unsigned tp_replace_import(const char *object, const char *name, void *replacement) {
  struct tp_import import = {name, replacement, 0};
  tp_replace_imports(object, &import, 1);
  return import.replaced;
}
