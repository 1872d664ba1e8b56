// Memory for the region and for the observers' page: a memory object each, or the region in a file.
//
// Whatever limit or denial meets this (RLIMIT_FSIZE, AS, NOFILE, a seccomp filter that refuses),
// the app goes on as without the probe: tables get smaller, or there is no region.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010  // Linux 5.1: only mappings that exist may write
#endif

int tp_lift_descriptor(int descriptor) {
  if (descriptor < 0 || descriptor > 2) return descriptor;
  int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, 3), reason = errno;
  close(descriptor);
  errno = reason;
  return lifted;
}

// Descriptors that are left to the app: where there are fewer, we take none.
#define SPARE_DESCRIPTORS 32

// A memory object of this name, or −1.
static int make_object(const char *name) {
  int descriptor = tp_lift_descriptor(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  struct rlimit limit;
  if (descriptor >= 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
      (rlim_t)descriptor + SPARE_DESCRIPTORS >= limit.rlim_cur) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

// Sets a size. A limit on the size of files (ulimit -f) fails it with EFBIG, and would end the
// process by SIGXFSZ: so that is held back, and taken if it came.
static int resize(int descriptor, uint64_t size, int set_size(int, off_t, off_t)) {
  sigset_t limit, before, pending;
  sigemptyset(&limit);
  sigaddset(&limit, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &limit, &before);
  sigpending(&pending);
  int reason = set_size(descriptor, 0, (off_t)size);
  if (reason == EFBIG && !sigismember(&pending, SIGXFSZ)) {
    struct timespec none = {0, 0};
    while (sigtimedwait(&limit, NULL, &none) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return reason;
}

static int truncate_to(int descriptor, off_t start, off_t size) {
  (void)start;
  return ftruncate(descriptor, size) == 0 ? 0 : errno;
}

static void *map_shared(int descriptor, uint64_t size, int protection) {
  void *mapping = mmap(NULL, size, protection, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  return mapping == MAP_FAILED ? NULL : mapping;
}

// What is sealed neither grows nor shrinks under whoever has mapped it.
static void seal(int descriptor, int more) {
  int seals = F_SEAL_SHRINK | F_SEAL_GROW;
  // Older kernels don't know the seal against others' writes; the probe relies on nothing there.
  if (fcntl(descriptor, F_ADD_SEALS, seals | more | F_SEAL_SEAL) != 0) {
    fcntl(descriptor, F_ADD_SEALS, seals | F_SEAL_SEAL);
  }
}

// The page that observers write. Without one, the tables can be looked at and nothing recorded.
static void add_observers(struct tp_memory *memory) {
  memory->observers_descriptor = -1;
  int descriptor = make_object("asynctop-observers");
  if (descriptor < 0) return;
  struct tp_observers *page = NULL;
  if (resize(descriptor, TP_OBSERVERS_SIZE, truncate_to) == 0) {
    page = map_shared(descriptor, TP_OBSERVERS_SIZE, PROT_READ | PROT_WRITE);
  }
  if (!page) {
    close(descriptor);
    return;
  }
  memcpy(page->magic, TP_MAGIC, sizeof page->magic);
  page->abi_version = TP_ABI_VERSION;
  page->pid = (uint32_t)getpid();
  seal(descriptor, 0);
  memory->observers = page;
  memory->observers_descriptor = descriptor;
}

// A file is given all its blocks at once: a write into a hole of a full disk would end the app. It
// is made under another name and then takes the place of the one that is there, which may be the
// region of a process that still runs, such as our parent: it keeps its file. What is there and no
// regular file (a device, a pipe, a link) stays where it is.
static int open_file(const char *path, uint64_t size) {
  char temporary[4096];
  struct stat there;
  int length = snprintf(temporary, sizeof temporary, "%s.%d", path, (int)getpid());
  if (length < 0 || length >= (int)sizeof temporary) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
    errno = EEXIST;
    return -1;
  }
  int descriptor = tp_lift_descriptor(
      open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (descriptor < 0) return -1;
  int reason = resize(descriptor, size, posix_fallocate);
  if (reason == 0 && rename(temporary, path) == 0) return descriptor;
  if (reason == 0) reason = errno;
  close(descriptor);
  unlink(temporary);
  errno = reason;
  return -1;
}

static bool map_file(struct tp_memory *memory, struct tp_header *layout, const char *path) {
  tp_lay_out(layout, TP_FILE_TASKS, TP_FILE_RING);
  // They lie at the end.
  layout->region_size = layout->grown_rings;
  layout->grown_bytes = 0;
  memory->size = layout->region_size;
  int descriptor = memory->descriptor = open_file(path, memory->size);
  if (descriptor >= 0) {
    memory->region = map_shared(descriptor, memory->size, PROT_READ | PROT_WRITE);
    // It can't be sealed: who cuts it short must not end the app.
    if (memory->region && tp_guard_mapping(memory->region, memory->size)) return true;
    if (memory->region) munmap(memory->region, memory->size);
    memory->region = NULL;
    close(descriptor);
  }
  dprintf(
      STDERR_FILENO,
      "asynctop: cannot keep the region in %s (ASYNCTOP_REGION): %s; it is kept in memory\n", path,
      errno == EEXIST ? "what is there is not a regular file" : strerror(errno));
  return false;
}

// A process with a limit on its address space or on the size of files gets smaller tables.
static void map_memory(struct tp_memory *memory, struct tp_header *layout) {
  int descriptor = memory->descriptor = make_object("asynctop");
  if (descriptor < 0) {
    memory->failure = "the kernel gives no memfd, or the process has hardly any descriptors left";
    return;
  }
  for (uint32_t tasks = TP_TASKS, ring = TP_RING; tasks >= 4096; tasks /= 8, ring /= 4) {
    tp_lay_out(layout, tasks, ring);
    if (resize(descriptor, layout->region_size, truncate_to) != 0) continue;
    memory->region = map_shared(descriptor, layout->region_size, PROT_READ | PROT_WRITE);
    if (!memory->region) continue;
    memory->size = layout->region_size;
    seal(descriptor, F_SEAL_FUTURE_WRITE);
    return;
  }
  close(descriptor);
  memory->failure = "the limits of this process leave no memory for the region";
}

struct tp_memory tp_make_memory(struct tp_header *layout) {
  struct tp_memory memory = {0};
  const char *path = getenv("ASYNCTOP_REGION");
  if (!(path && path[0] && map_file(&memory, layout, path))) map_memory(&memory, layout);
  if (memory.region) add_observers(&memory);
  return memory;
}

struct tp_memory tp_make_test_memory(const struct tp_header *layout) {
  struct tp_memory memory = {.size = layout->region_size};
  int descriptor = memory.descriptor = memfd_create("asynctop-test", MFD_CLOEXEC);
  if (descriptor >= 0 && ftruncate(descriptor, (off_t)memory.size) == 0) {
    memory.region = map_shared(descriptor, memory.size, PROT_READ | PROT_WRITE);
  }
  if (memory.region) add_observers(&memory);
  return memory;
}
