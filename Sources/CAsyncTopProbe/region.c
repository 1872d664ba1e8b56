// The region: how its parts lie, what its header says, and its start. Runs once, at tp_start.
#define _GNU_SOURCE
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "internal.h"

struct tp_region tp_live;
struct tp_own tp_own;
uint32_t tp_enabled;
uint32_t tp_clock;

static const struct tp_observers nobody;
const struct tp_observers *tp_observing = &nobody;
static struct tp_observers *own_observers;
static const char *failure;

const char *tp_start_failure(void) { return failure; }
struct tp_observers *tp_own_observers(void) { return own_observers; }

void tp_met_copy(void) {
  if (tp_is_on()) __atomic_fetch_add(&tp_live.header->other_copies, 1, __ATOMIC_RELAXED);
}

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

static uint64_t changes(uint64_t *end, uint32_t capacity) {
  return part(end, ((uint64_t)capacity + TP_BLOCK - 1) / TP_BLOCK * sizeof(uint64_t));
}

static void add_changes(uint64_t *end, struct tp_table *table) {
  table->block = TP_BLOCK;
  table->changes = changes(end, table->capacity);
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
  header->task_details = part(&end, (uint64_t)tasks * sizeof(struct tp_task_detail));
  header->groups = table(&end, some, sizeof(struct tp_group));
  header->timers = table(&end, tasks, sizeof(struct tp_timer));
  header->resources = table(&end, some, sizeof(struct tp_resource));
  header->loops = table(&end, TP_LOOPS, sizeof(struct tp_loop));
  header->worker_capacity = TP_WORKERS;
  header->workers = part(&end, TP_WORKERS * sizeof(struct tp_worker));
  header->sites = (struct tp_area){
      .offset = part(&end, TP_SITES * sizeof(struct tp_site)), .capacity = TP_SITES, .used = 1};
  header->site_counts = part(&end, TP_SITES * sizeof(struct tp_site_counts));
  header->site_own_counts = part(&end, TP_SITES * sizeof(struct tp_site_counts));
  header->strings =
      (struct tp_area){.offset = part(&end, TP_STRINGS), .capacity = TP_STRINGS, .used = 1};
  header->modules = (struct tp_area){
      .offset = part(&end, TP_MODULES * sizeof(struct tp_module)), .capacity = TP_MODULES};
  header->stacks = (struct tp_area){
      .offset = part(&end, TP_STACKS * sizeof(struct tp_stack)), .capacity = TP_STACKS, .used = 1};
  add_changes(&end, &header->tasks);
  add_changes(&end, &header->groups);
  add_changes(&end, &header->timers);
  add_changes(&end, &header->resources);
  header->site_changes = changes(&end, TP_SITES);
  header->ring_bytes = (uint64_t)TP_WORKERS * ring * sizeof(struct tp_event);
  header->rings = part(&end, header->ring_bytes);
  header->grown_bytes = header->ring_bytes;
  header->grown_rings = part(&end, header->grown_bytes);
  header->region_size = end;
}

static uint64_t *changes_at(char *base, const struct tp_table *table) {
  return table->block ? (void *)(base + table->changes) : NULL;
}

struct tp_region tp_tables_of(void *mapping, const struct tp_header *checked) {
  static const uint64_t no_epoch;
  char *base = mapping;
  return (struct tp_region){
      .header = mapping,
      .tasks = (void *)(base + checked->tasks.offset),
      .origins = (void *)(base + checked->task_origins),
      .details = (void *)(base + checked->task_details),
      .groups = (void *)(base + checked->groups.offset),
      .timers = (void *)(base + checked->timers.offset),
      .resources = (void *)(base + checked->resources.offset),
      .loops = (void *)(base + checked->loops.offset),
      .workers = (void *)(base + checked->workers),
      .sites = (void *)(base + checked->sites.offset),
      .site_counts = (void *)(base + checked->site_counts),
      .site_own_counts =
          checked->site_own_counts ? (void *)(base + checked->site_own_counts) : NULL,
      .strings = base + checked->strings.offset,
      .modules = (void *)(base + checked->modules.offset),
      .stacks = (void *)(base + checked->stacks.offset),
      .rings = base + checked->rings,
      .ring_bytes = checked->ring_bytes,
      .grown_rings = base + checked->grown_rings,
      .grown_bytes = checked->grown_bytes,
      .task_capacity = checked->tasks.capacity,
      .group_capacity = checked->groups.capacity,
      .timer_capacity = checked->timers.capacity,
      .resource_capacity = checked->resources.capacity,
      .loop_capacity = checked->loops.capacity,
      .worker_capacity = checked->worker_capacity,
      .site_capacity = checked->sites.capacity,
      .string_capacity = checked->strings.capacity,
      .module_capacity = checked->modules.capacity,
      .stack_capacity = checked->stacks.capacity,
      .task_changes = changes_at(base, &checked->tasks),
      .group_changes = changes_at(base, &checked->groups),
      .timer_changes = changes_at(base, &checked->timers),
      .resource_changes = changes_at(base, &checked->resources),
      .site_changes = checked->site_changes ? (void *)(base + checked->site_changes) : NULL,
      .epoch = &no_epoch,
  };
}

static uint64_t process_start(void) {
  char text[1024];
  int descriptor = tp_lift_descriptor(open("/proc/self/stat", O_RDONLY | O_CLOEXEC));
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
  // Arguments may hold secrets: they are there for observers, and in recordings, if asked for.
  const char *setting = getenv("ASYNCTOP_ARGUMENTS");
  if (!setting || strcmp(setting, "on") != 0) return;
  int descriptor = tp_lift_descriptor(open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
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

// The build ID of an object that is in memory.
static void add_build_id(struct tp_module *module, const struct dl_phdr_info *info) {
  uint32_t length = 0;
  const void *identity = tp_find_note(info, "GNU", NT_GNU_BUILD_ID, &length);
  if (!identity || length > sizeof module->build_id) return;
  memcpy(module->build_id, identity, length);
  module->build_id_size = (uint8_t)length;
}

static int add_module(struct dl_phdr_info *info, size_t size, void *number) {
  (void)size;
  uint32_t *used = number;
  if (*used == tp_live.module_capacity) return 1;
  uint64_t start = UINT64_MAX, end = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD) continue;
    uint64_t first = info->dlpi_addr + segment->p_vaddr;
    if (first < start) start = first;
    if (first + segment->p_memsz > end) end = first + segment->p_memsz;
  }
  if (start >= end) return 0;
  bool main_program = info->dlpi_name[0] == 0 && *used == 0;
  struct tp_module module = {
      .bias = info->dlpi_addr,
      .start = start,
      .end = end,
      .path = main_program ? tp_live.header->executable : tp_string(info->dlpi_name)};
  add_build_id(&module, info);
  tp_live.modules[*used] = module;
  __atomic_store_n(&tp_live.header->modules.used, ++*used, __ATOMIC_RELEASE);
  return 0;
}

static void fork_child(void) {
  __atomic_store_n(&tp_enabled, 0, __ATOMIC_RELAXED);
  tp_hear_no_more();
  tp_this_thread.worker = NULL;
}

static void ended(void) {
  if (tp_is_on()) TP_SET(tp_live.header->state, TP_REGION_ENDED);
}

// A descriptor, and the file that it is of: a program may have closed all that it doesn't know, and
// opened something else.
struct own_file {
  int descriptor;
  struct stat status;
};
static struct own_file own_region, own_page;

static struct own_file own_file(int descriptor) {
  struct own_file file = {.descriptor = descriptor};
  if (fstat(descriptor, &file.status) != 0) file.descriptor = -1;
  return file;
}

static void close_own(const struct own_file *file) {
  struct stat now;
  if (file->descriptor >= 0 && fstat(file->descriptor, &now) == 0 &&
      now.st_dev == file->status.st_dev && now.st_ino == file->status.st_ino) {
    close(file->descriptor);
  }
}

void tp_end(void) {
  if (!tp_is_on()) return;
  __atomic_store_n(&tp_enabled, 0, __ATOMIC_RELEASE);
  tp_hear_no_more();
  TP_SET(tp_live.header->state, TP_REGION_ENDED);
  close_own(&own_region);
  close_own(&own_page);
  // For other copies it is as if this one were not there: it does not start again.
  tp_this_copy.reports = 0;
  tp_this_copy.version = 0;
}

static void describe(struct tp_header *header) {
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
  uint32_t modules = 0;
  dl_iterate_phdr(add_module, &modules);
}

// The links of a table's free slots, in memory that is used as far as the table is.
static struct tp_pool pool(struct tp_table *table, uint32_t capacity, uint32_t **links) {
  struct tp_pool pool = {.capacity = capacity, .links = *links, .table = table};
  *links += capacity;
  return pool;
}

static bool make_pools(const struct tp_header *layout, struct tp_header *header) {
  uint64_t slots = (uint64_t)layout->tasks.capacity + layout->groups.capacity +
                   layout->timers.capacity + layout->resources.capacity + layout->loops.capacity;
  uint64_t contexts = layout->tasks.capacity * sizeof *tp_own.contexts;
  uint64_t owners = layout->sites.capacity * sizeof *tp_own.site_owners;
  void *memory = mmap(
      NULL, contexts + slots * sizeof(uint32_t) + owners, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  tp_own.contexts = memory;
  uint32_t *links = (uint32_t *)((char *)memory + contexts);
  tp_own.tasks = pool(&header->tasks, layout->tasks.capacity, &links);
  tp_own.groups = pool(&header->groups, layout->groups.capacity, &links);
  tp_own.timers = pool(&header->timers, layout->timers.capacity, &links);
  tp_own.resources = pool(&header->resources, layout->resources.capacity, &links);
  tp_own.loops = pool(&header->loops, layout->loops.capacity, &links);
  tp_own.site_owners = (uint16_t *)links;
  tp_own.ring_capacity =
      (uint32_t)(layout->ring_bytes / layout->worker_capacity / sizeof(struct tp_event));
  tp_own.grown_capacity = layout->grown_bytes / sizeof(struct tp_event);
  tp_own.strings_used = tp_own.sites_used = tp_own.stacks_used = 1;
  return true;
}

// Puts the parts together; nothing but the header is touched before somebody uses it.
static bool begin(const struct tp_header *layout, const struct tp_memory *memory) {
  struct tp_header *header = memory->region;
  if (!header) {
    failure = memory->failure ? memory->failure : "the kernel gives no memory for the region";
    return false;
  }
  if (!make_pools(layout, header)) {
    failure = "the limits of this process leave no address space for the region";
    return false;
  }
  *header = *layout;
  header->observers = memory->observers_descriptor;
  own_region = own_file(memory->descriptor);
  own_page = own_file(memory->observers_descriptor);
  if (memory->observers) tp_observing = own_observers = memory->observers;
  tp_live = tp_tables_of(header, layout);
  tp_live.epoch = &tp_observing->epoch;
  describe(header);
  pthread_atfork(NULL, NULL, fork_child);
  atexit(ended);
  TP_SET(header->state, TP_REGION_LIVE);
  __atomic_store_n(&tp_enabled, 1, __ATOMIC_RELEASE);
  return true;
}

static bool stays_off;

void tp_stay_off(void) { __atomic_store_n(&stays_off, true, __ATOMIC_RELAXED); }

static void start(void) {
  if (tp_is_on()) return;  // by tp_start_for_testing
  if (__atomic_load_n(&stays_off, __ATOMIC_RELAXED)) {
    failure = "switched off by the program";
    return;
  }
  const char *setting = getenv("ASYNCTOP");
  if (setting && strcmp(setting, "off") == 0) {
    failure = "switched off by ASYNCTOP=off";
    return;
  }
  if (!tp_claim_process()) {
    failure = "another copy of the probe in this process reports already";
    return;
  }
  struct tp_header layout = {0};
  struct tp_memory memory = tp_make_memory(&layout);
  if (begin(&layout, &memory)) {
    tp_install_hooks();
  } else {
    tp_this_copy.reports = 0;
  }
}

bool tp_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
  return tp_is_on();
}

bool tp_start_for_testing(uint32_t task_capacity, uint32_t ring_capacity) {
  if (tp_is_on()) return false;
  struct tp_header layout = {0};
  tp_lay_out(&layout, task_capacity, ring_capacity);
  struct tp_memory memory = tp_make_test_memory(&layout);
  return begin(&layout, &memory);
}
