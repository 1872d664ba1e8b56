// Makes the region: its size, its memory, its header. Runs once, at tp_start.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "internal.h"

struct tp_region tp_live;
uint32_t tp_enabled;
uint32_t tp_clock;

static int region_descriptor = -1;
static const char *failure;

int tp_region_descriptor(void) { return region_descriptor; }
const char *tp_start_failure(void) { return failure; }

static uint32_t best_clock(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  // Bit 8 of leaf 0x80000007: the counter's rate does not change with the processor's.
  if (__get_cpuid(0x80000007, &a, &b, &c, &d) && (d & 1u << 8)) return TP_CLOCK_TSC;
  return TP_CLOCK_MONOTONIC;
#elif defined(__aarch64__)
  return TP_CLOCK_CNTVCT;
#else
  return TP_CLOCK_MONOTONIC;
#endif
}

static uint64_t part(uint64_t *end, uint64_t bytes) {
  uint64_t offset = *end;
  *end = (offset + bytes + 4095) & ~4095ull;
  return offset;
}

static struct tp_table table(uint64_t *end, uint32_t capacity, uint32_t stride) {
  return (struct tp_table){
      .offset = part(end, (uint64_t)capacity * stride), .capacity = capacity, .stride = stride};
}

void tp_lay_out(struct tp_header *header, uint32_t tasks, uint32_t ring) {
  uint64_t end = TP_HEADER_SIZE;
  memcpy(header->magic, TP_MAGIC, sizeof header->magic);
  header->abi_version = TP_ABI_VERSION;
  header->header_size = TP_HEADER_SIZE;
  uint32_t some = tasks / 16 > 64 ? tasks / 16 : 64;
  header->tasks = table(&end, tasks, sizeof(struct tp_task));
  header->task_origins = part(&end, (uint64_t)tasks * sizeof(struct tp_task_origin));
  header->task_names = part(&end, (uint64_t)tasks * sizeof(struct tp_name));
  header->groups = table(&end, some, sizeof(struct tp_group));
  header->timers = table(&end, tasks, sizeof(struct tp_timer));
  header->resources = table(&end, some, sizeof(struct tp_resource));
  header->loops = table(&end, TP_LOOPS, sizeof(struct tp_loop));
  header->worker_capacity = TP_WORKERS;
  header->workers = part(&end, TP_WORKERS * sizeof(struct tp_worker));
  header->sites = (struct tp_area){
      .offset = part(&end, TP_SITES * sizeof(struct tp_site)), .capacity = TP_SITES, .used = 1};
  header->strings =
      (struct tp_area){.offset = part(&end, TP_STRINGS), .capacity = TP_STRINGS, .used = 1};
  header->modules = (struct tp_area){
      .offset = part(&end, TP_MODULES * sizeof(struct tp_module)), .capacity = TP_MODULES};
  header->ring_capacity = ring;
  header->rings = part(&end, (uint64_t)TP_WORKERS * ring * sizeof(struct tp_event));
  header->region_size = end;
}

struct tp_region tp_tables_of(void *mapping) {
  struct tp_header *header = mapping;
  char *base = mapping;
  return (struct tp_region){
      .header = header,
      .tasks = (void *)(base + header->tasks.offset),
      .origins = (void *)(base + header->task_origins),
      .names = (void *)(base + header->task_names),
      .groups = (void *)(base + header->groups.offset),
      .timers = (void *)(base + header->timers.offset),
      .resources = (void *)(base + header->resources.offset),
      .loops = (void *)(base + header->loops.offset),
      .workers = (void *)(base + header->workers),
      .sites = (void *)(base + header->sites.offset),
      .strings = base + header->strings.offset,
      .modules = (void *)(base + header->modules.offset),
      .rings = (void *)(base + header->rings),
  };
}

// A file is given all its blocks at once: a write into a hole of a full disk would end the app. It
// is made under another name and then takes the place of the one that is there, which may be the
// region of a process that still runs, such as our parent: it keeps its file.
static int open_file(const char *path, uint64_t size) {
  char temporary[4096];
  int length = snprintf(temporary, sizeof temporary, "%s.%d", path, (int)getpid());
  if (length < 0 || length >= (int)sizeof temporary) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return -1;
  int reason = posix_fallocate(descriptor, 0, (off_t)size);
  if (reason == 0 && rename(temporary, path) == 0) return descriptor;
  if (reason == 0) reason = errno;
  close(descriptor);
  unlink(temporary);
  errno = reason;
  return -1;
}

static bool map(struct tp_header *layout, int descriptor) {
  void *mapping = mmap(
      NULL, layout->region_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (mapping == MAP_FAILED) return false;
  *(struct tp_header *)mapping = *layout;
  tp_live = tp_tables_of(mapping);
  region_descriptor = descriptor;
  return true;
}

static bool map_file(struct tp_header *layout, const char *path) {
  tp_lay_out(layout, TP_FILE_TASKS, TP_FILE_RING);
  int descriptor = open_file(path, layout->region_size);
  if (descriptor >= 0 && map(layout, descriptor)) return true;
  if (descriptor >= 0) close(descriptor);
  dprintf(
      STDERR_FILENO,
      "asynctop: cannot keep the region in %s (ASYNCTOP_REGION): %s; it is kept in memory\n", path,
      strerror(errno));
  return false;
}

static bool map_memory(struct tp_header *layout) {
  int descriptor = memfd_create("asynctop", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (descriptor < 0) {
    failure = "the kernel gives no memfd";
    return false;
  }
  // A process with a limit on its address space gets smaller tables.
  for (uint32_t tasks = TP_TASKS, ring = TP_RING; tasks >= 4096; tasks /= 8, ring /= 4) {
    tp_lay_out(layout, tasks, ring);
    if (ftruncate(descriptor, (off_t)layout->region_size) == 0 && map(layout, descriptor)) {
      // A reader trusts that what it has mapped does not go away under it.
      fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL);
      return true;
    }
  }
  close(descriptor);
  failure = "the kernel gives no address space for the region";
  return false;
}

static uint64_t process_start(void) {
  char text[1024];
  int descriptor = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t length = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (length <= 0) return 0;
  text[length] = 0;
  char *field = strrchr(text, ')');  // the name before it may hold anything
  for (int skipped = 0; field && skipped < 20; skipped++) field = strchr(field + 1, ' ');
  return field ? strtoull(field + 1, NULL, 10) : 0;
}

static void describe_process(struct tp_header *header) {
  char text[4096];
  ssize_t length = readlink("/proc/self/exe", text, sizeof text - 1);
  if (length > 0) {
    text[length] = 0;
    header->executable = tp_string(text);
  }
  int descriptor = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  length = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (length <= 0) return;
  for (ssize_t i = 0; i < length - 1; i++) {
    if (text[i] == 0) text[i] = ' ';
  }
  text[length] = 0;
  header->command = tp_string(text);
}

static int add_module(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  struct tp_area *modules = &tp_live.header->modules;
  if (modules->used == modules->capacity) return 1;
  uint64_t start = UINT64_MAX, end = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD) continue;
    uint64_t first = info->dlpi_addr + segment->p_vaddr;
    if (first < start) start = first;
    if (first + segment->p_memsz > end) end = first + segment->p_memsz;
  }
  if (start >= end) return 0;
  bool main_program = info->dlpi_name[0] == 0 && modules->used == 0;
  tp_live.modules[modules->used] = (struct tp_module){
      .bias = info->dlpi_addr,
      .start = start,
      .end = end,
      .path = main_program ? tp_live.header->executable : tp_string(info->dlpi_name)};
  __atomic_store_n(&modules->used, modules->used + 1, __ATOMIC_RELEASE);
  return 0;
}

static void fork_child(void) {
  __atomic_store_n(&tp_enabled, 0, __ATOMIC_RELAXED);
  tp_this_thread.worker = NULL;
}

static void ended(void) {
  if (tp_enabled) TP_SET(tp_live.header->state, TP_REGION_ENDED);
}

static void begin(struct tp_header *header) {
  header->start_realtime = tp_nanoseconds(CLOCK_REALTIME);
  tp_clock = best_clock();
  header->clock_kind = tp_clock;
  header->start_monotonic = tp_monotonic();
  header->start_ticks = tp_ticks();
  header->anchor_monotonic = header->start_monotonic;
  header->anchor_ticks = header->start_ticks;
  header->pid = (uint32_t)getpid();
  header->process_start = process_start();
  describe_process(header);
  dl_iterate_phdr(add_module, NULL);
  pthread_atfork(NULL, NULL, fork_child);
  atexit(ended);
  TP_SET(header->state, TP_REGION_LIVE);
  __atomic_store_n(&tp_enabled, 1, __ATOMIC_RELEASE);
}

static void start(void) {
  if (tp_enabled) return;  // by tp_start_for_testing
  const char *setting = getenv("ASYNCTOP");
  if (setting && strcmp(setting, "off") == 0) {
    failure = "switched off by ASYNCTOP=off";
    return;
  }
  struct tp_header layout = {0};
  const char *path = getenv("ASYNCTOP_REGION");
  if (!(path && path[0] && map_file(&layout, path)) && !map_memory(&layout)) return;
  begin(tp_live.header);
  tp_install_hooks();
}

bool tp_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
  return tp_enabled;
}

bool tp_start_for_testing(uint32_t task_capacity, uint32_t ring_capacity) {
  if (tp_enabled) return false;
  struct tp_header layout = {0};
  tp_lay_out(&layout, task_capacity, ring_capacity);
  int descriptor = memfd_create("asynctop-test", MFD_CLOEXEC);
  if (descriptor < 0 || ftruncate(descriptor, (off_t)layout.region_size) != 0) return false;
  if (!map(&layout, descriptor)) return false;
  begin(tp_live.header);
  return true;
}
