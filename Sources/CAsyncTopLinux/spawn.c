#define _GNU_SOURCE
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// clone(2) as vfork does it, and not posix_spawn(3): that says neither which step has failed nor,
// before glibc 2.39, the pidfd, which must be had before anybody else can reap the child.
//
// The child shares the parent's memory and runs on its own stack inside of the parent's frame,
// while the parent's thread is suspended. So it may call nothing that takes a lock or allocates.
//
// The thread sanitizer does not survive a child that shares its memory. With it the child gets a
// copy, and what it says of a failure comes through a page of both.
#if __has_feature(thread_sanitizer)
#define MEMORY_OF_CHILD 0
#else
#define MEMORY_OF_CHILD CLONE_VM
#endif

struct start {
  const struct linux_program *program;
  struct linux_spawned *result;
};

static int failed(struct start *start, enum linux_spawn_step step) {
  start->result->error = errno;
  start->result->step = step;
  // Nobody's exit handlers, not even a sanitizer's.
  for (;;) syscall(SYS_exit_group, 127);
}

// No handler of the parent's may run here, and its program must not inherit what the parent has
// chosen for itself; what is ignored stays so, as under nohup(1).
static void reset_signals(void) {
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) {
    struct sigaction now;
    if (sigaction(number, NULL, &now) != 0 || now.sa_handler == SIG_DFL) continue;
    if (now.sa_handler != SIG_IGN || number == SIGPIPE) sigaction(number, &action, NULL);
  }
}

// As getdents64(2) has it.
struct entry {
  uint64_t node;
  int64_t next;
  unsigned short size;
  unsigned char type;
  char name[];
};

// Closes those that the kernel lists: a process may be allowed a thousand million of them, and has
// a dozen. Returns false if there is no list. opendir(3) allocates, which a child may not.
static bool close_listed(unsigned first, unsigned last) {
  int list = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
  if (list < 0 && errno == EMFILE) {
    // Every number is taken, so this one too.
    close(first);
    list = open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
  }
  if (list < 0) return false;
  char entries[1024] __attribute__((aligned(8)));
  long size;
  while ((size = syscall(SYS_getdents64, list, entries, sizeof entries)) > 0) {
    for (long offset = 0; offset < size;) {
      struct entry *entry = (struct entry *)(entries + offset);
      offset += entry->size;
      unsigned number = 0;
      const char *digit = entry->name;
      while (*digit >= '0' && *digit <= '9') number = number * 10 + (*digit++ - '0');
      bool is_number = digit > entry->name && *digit == 0;
      if (is_number && number >= first && number <= last && number != (unsigned)list) {
        close(number);
      }
    }
  }
  close(list);
  return size == 0;
}

// As many numbers as a system gives a process that asks for no more, fs.nr_open.
enum { NUMBERS_TRIED = 1 << 20 };

static void close_between(unsigned first, unsigned last) {
  if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return;
  // Before Linux 5.9, and where a filter refuses what it doesn't know.
  if (close_listed(first, last)) return;
  for (unsigned number = first; number <= last && number < NUMBERS_TRIED; number++) close(number);
}

static bool keep_open(int descriptor) { return fcntl(descriptor, F_SETFD, 0) == 0; }

static bool set_descriptors(const struct linux_program *program) {
  int sources[3];
  // Out of the way of those that are about to be replaced.
  for (int target = 0; target < 3; target++) {
    int source = program->streams[target];
    if (source >= 0 && source < 3 && source != target) source = fcntl(source, F_DUPFD, 3);
    if (source < 0 && program->streams[target] >= 0) return false;
    sources[target] = source;
  }
  for (int target = 0; target < 3; target++) {
    if (sources[target] < 0) continue;
    if (sources[target] == target ? !keep_open(target) : dup2(sources[target], target) < 0) {
      return false;
    }
  }
  unsigned next = 3;
  for (size_t index = 0; index < program->kept_count; index++) {
    unsigned kept = program->kept[index];
    if (!keep_open(kept)) return false;
    if (kept > next) close_between(next, kept - 1);
    next = kept + 1;
  }
  close_between(next, ~0U);
  return true;
}

// As execvp(3) goes on where a folder of PATH doesn't have the program, or it may not be run.
static void execute(const struct linux_program *program) {
  bool denied = false;
  for (const char *const *path = program->paths; *path; path++) {
    execve(*path, program->arguments, program->environment);
    denied |= errno == EACCES;
    if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) return;
  }
  if (denied) errno = EACCES;
}

static int become(void *context) {
  struct start *start = context;
  const struct linux_program *program = start->program;
  reset_signals();
  if (program->new_session && setsid() < 0) return failed(start, LINUX_SPAWN_SESSION);
  if (program->group >= 0 && setpgid(0, program->group) != 0) {
    return failed(start, LINUX_SPAWN_GROUP);
  }
  if (program->directory && chdir(program->directory) != 0) {
    return failed(start, LINUX_SPAWN_DIRECTORY);
  }
  if (!set_descriptors(program)) return failed(start, LINUX_SPAWN_DESCRIPTORS);
  if (program->terminal >= 0 && ioctl(program->terminal, TIOCSCTTY, 0) != 0) {
    return failed(start, LINUX_SPAWN_SESSION);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execute(program);
  return failed(start, LINUX_SPAWN_EXECUTE);
}

// The kernel has chosen the pidfd's number.
static void lift(struct linux_spawned *result) {
  if (result->pidfd > 2) return;
  int lifted = fcntl(result->pidfd, F_DUPFD_CLOEXEC, 3);
  if (lifted >= 0) {
    close(result->pidfd);
    result->pidfd = lifted;
    return;
  }
  result->error = errno;
  result->step = LINUX_SPAWN_CREATE;
  linux_send_signal(result->pidfd, SIGKILL);
}

static void spawn(const struct linux_program *program, struct linux_spawned *result) {
  struct start start = {program, result};
  char stack[32 * 1024] __attribute__((aligned(16)));
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int flags = MEMORY_OF_CHILD | CLONE_VFORK | CLONE_PIDFD | SIGCHLD;
  result->id = clone(become, stack + sizeof stack, flags, &start, &result->pidfd);
  if (result->id < 0) {
    result->error = errno;
    result->step = LINUX_SPAWN_CREATE;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (!result->error) lift(result);
  if (result->error && result->pidfd >= 0) {
    siginfo_t info;
    while (waitid(P_PIDFD, result->pidfd, &info, WEXITED) < 0 && errno == EINTR) {}
    close(result->pidfd);
    result->pidfd = -1;
  }
}

struct linux_spawned linux_spawn(const struct linux_program *program) {
  struct linux_spawned result = {.pidfd = -1};
  if (MEMORY_OF_CHILD) {
    spawn(program, &result);
    return result;
  }
  int protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_ANONYMOUS;
  struct linux_spawned *shared = mmap(NULL, sizeof result, protection, flags, -1, 0);
  if (shared == MAP_FAILED) {
    result.error = errno;
    result.step = LINUX_SPAWN_CREATE;
    return result;
  }
  *shared = result;
  spawn(program, shared);
  result = *shared;
  munmap(shared, sizeof result);
  return result;
}

int linux_reap(int pidfd, int *code) {
  siginfo_t info = {.si_pid = 0};
  while (waitid(P_PIDFD, pidfd, &info, WEXITED | WNOHANG) < 0) {
    if (errno != EINTR) return -1;
  }
  if (info.si_pid == 0) return 0;
  *code = info.si_status;
  return info.si_code == CLD_EXITED ? 1 : 2;
}

int linux_send_signal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}
