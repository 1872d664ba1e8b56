// Puts a call into another process.
//
// 1. The thread waits in a system call, where it holds no lock of libc or the loader.
// 2. It is stopped there (PTRACE_SEIZE, PTRACE_INTERRUPT), which takes some tens of microseconds,
//    and makes three system calls for us, by the instruction at which it waits: memory for code
//    and a stack, a memory file for the object, and the right to run the code.
// 3. It is let go into that code, which saves the registers that functions may change, calls the
//    function on the stack of its own, and puts the thread back to where it waited. From here on
//    nobody traces it.
//
// A wait that was interrupted is begun again as the kernel would after a signal without a handler.
#define _GNU_SOURCE
#include "include/injection.h"

#include "include/descriptors.h"
#include "include/sending.h"
#include "injected_code.h"

#include <errno.h>

#if defined(__x86_64__)
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441
#endif

enum {
  STOP_LIMIT = 10000,  // milliseconds in which a thread stops: it can't be left half way
  STOP_PAUSE = 50,     // microseconds between two looks
  RUN_LIMIT = 5000,    // milliseconds in which the function returns
  RUN_PAUSE = 500,     // microseconds between two looks
  RESTART_SYSCALL = 219,
};

// The kernel's own, which only a tracer sees.
enum { RESTART = 512, RESTART_NO_INTERRUPT = 513, RESTART_NO_HANDLER = 514, RESTART_BLOCK = 516 };

static void pause_for(long microseconds) {
  nanosleep(&(struct timespec){0, microseconds * 1000}, NULL);
}

// MARK: The thread

enum linux_wait linux_wait_of(long call) {
  switch (call) {
  case SYS_epoll_wait:
  case SYS_epoll_pwait:
  case SYS_epoll_pwait2: return LINUX_WAITS_FOR_EVENTS;
  case SYS_poll:
  case SYS_ppoll:
  case SYS_nanosleep:
  case SYS_clock_nanosleep:
  case SYS_pause:
  case SYS_rt_sigsuspend:
  case SYS_accept:
  case SYS_accept4: return LINUX_WAITS_FOR_OTHERS;
  case SYS_futex: return LINUX_WAITS_FOR_THREADS;
  default: return LINUX_WAITS_NOT;
  }
}

// Waits until a thread has stopped; returns the signal that it stopped with, or -1.
static int wait_for_stop(int thread, int *status) {
  for (int i = 0; i < STOP_LIMIT * 1000 / STOP_PAUSE; i++) {
    int found = waitpid(thread, status, __WALL | WNOHANG);
    if (found == thread) return WIFSTOPPED(*status) ? WSTOPSIG(*status) : -1;
    if (found < 0 && errno != EINTR) return -1;
    pause_for(STOP_PAUSE);
  }
  errno = ETIMEDOUT;
  return -1;
}

bool linux_wait_is_endless(long call, uint64_t limit) {
  return call == SYS_epoll_pwait2 ? limit == 0 : (int32_t)limit < 0;
}

static bool waits_for_events(long call) { return linux_wait_of(call) == LINUX_WAITS_FOR_EVENTS; }

// Whether a thread is in a wait that can be begun again, and how: its registers are changed so.
static bool prepare_restart(struct user_regs_struct *registers) {
  long result = (long)registers->rax, call = (long)registers->orig_rax;
  if (call < 0) return false;
  if (result == -RESTART || result == -RESTART_NO_INTERRUPT || result == -RESTART_NO_HANDLER ||
      (result == -EINTR && waits_for_events(call) &&
       linux_wait_is_endless(call, registers->r10))) {
    registers->rax = (uint64_t)call;
    registers->rip -= 2;
    return true;
  }
  if (result == -RESTART_BLOCK) {
    registers->rax = RESTART_SYSCALL;
    registers->rip -= 2;
    return true;
  }
  // One with a limit: its caller looks at the clock and calls again.
  return result == -EINTR && waits_for_events(call);
}

static bool copy(int process, uint64_t address, void *bytes, size_t count, bool writes) {
  struct iovec here = {bytes, count}, there = {(void *)address, count};
  ssize_t done = writes ? process_vm_writev(process, &here, 1, &there, 1, 0)
                        : process_vm_readv(process, &here, 1, &there, 1, 0);
  return done == (ssize_t)count;
}

// A stopped thread, and what it goes on with when it is let go.
struct borrowed {
  int process, thread;
  struct user_regs_struct before;  // as it stopped
  struct user_regs_struct after;   // as it is to go on
  int signal;                      // that came meanwhile, for it
};

// Has the thread make a system call, by the instruction that it waits at. Negative: -errno.
static long call_system(
    struct borrowed *borrowed, long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
    uint64_t e, uint64_t f) {
  struct user_regs_struct registers = borrowed->before;
  registers.rip -= 2;
  registers.orig_rax = (uint64_t)-1;
  registers.rax = (uint64_t)number;
  registers.rdi = a, registers.rsi = b, registers.rdx = c;
  registers.r10 = d, registers.r8 = e, registers.r9 = f;
  if (ptrace(PTRACE_SETREGS, borrowed->thread, NULL, &registers) != 0) return -errno;
  for (int i = 0; i < 8; i++) {
    int status, stopped;
    if (ptrace(PTRACE_SINGLESTEP, borrowed->thread, NULL, NULL) != 0) return -errno;
    if ((stopped = wait_for_stop(borrowed->thread, &status)) < 0) return -errno;
    if (stopped != SIGTRAP || status >> 16) {
      // It had not begun yet: the signal is for later.
      if (!(status >> 16)) borrowed->signal = stopped;
      continue;
    }
    if (ptrace(PTRACE_GETREGS, borrowed->thread, NULL, &registers) != 0) return -errno;
    return (long)registers.rax;
  }
  return -EINTR;
}

// Stops a thread where it waits; false if it no longer does, or can't be stopped.
static bool stop(struct borrowed *borrowed) {
  int status;
  uint8_t instruction[2];
  if (ptrace(PTRACE_SEIZE, borrowed->thread, NULL, NULL) != 0) return false;
  if (ptrace(PTRACE_INTERRUPT, borrowed->thread, NULL, NULL) == 0) {
    int stopped = wait_for_stop(borrowed->thread, &status);
    // A signal that came first is the thread's, which gets it when it is let go.
    if (stopped > 0 && !(status >> 16)) borrowed->signal = stopped;
    // Not if it is stopped by somebody else, or by a signal of its own.
    if (stopped == SIGTRAP && status >> 16 == PTRACE_EVENT_STOP &&
        ptrace(PTRACE_GETREGS, borrowed->thread, NULL, &borrowed->before) == 0) {
      borrowed->after = borrowed->before;
      if (prepare_restart(&borrowed->after) &&
          copy(borrowed->process, borrowed->before.rip - 2, instruction, 2, false) &&
          instruction[0] == 0x0f && instruction[1] == 0x05) {
        return true;
      }
    }
    if (stopped > 0) errno = EAGAIN;
  }
  int error = errno;
  ptrace(PTRACE_DETACH, borrowed->thread, NULL, (void *)(intptr_t)borrowed->signal);
  errno = error;
  return false;
}

// Lets a thread go on as if nothing had been.
static void let_go(struct borrowed *borrowed) {
  ptrace(PTRACE_SETREGS, borrowed->thread, NULL, &borrowed->before);
  ptrace(PTRACE_DETACH, borrowed->thread, NULL, (void *)(intptr_t)borrowed->signal);
}

// MARK: The call

static void fill(
    struct page *page, const struct linux_injection *injection, uint64_t address,
    const struct user_regs_struct *after) {
  linux_write_code(page);
  page->function = injection->function;
  page->error_place = injection->error_place;
  page->descriptor = (uint64_t)-1;
  // As a call would leave it: a multiple of 16, before the return address.
  page->stack = address + MEMORY_SIZE - 64;
  page->rax = after->rax, page->rbx = after->rbx, page->rcx = after->rcx;
  page->rdx = after->rdx, page->rsi = after->rsi, page->rdi = after->rdi;
  page->rbp = after->rbp, page->rsp = after->rsp, page->r8 = after->r8;
  page->r9 = after->r9, page->r10 = after->r10, page->r11 = after->r11;
  page->r12 = after->r12, page->r13 = after->r13, page->r14 = after->r14;
  page->r15 = after->r15, page->flags = after->eflags, page->rip = after->rip;
}

static bool write_object(const struct linux_injection *injection, long descriptor) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd/%ld", injection->process, descriptor);
  int file = linux_open(path, O_WRONLY, 0);
  if (file < 0) return false;
  const char *next = injection->object;
  size_t left = injection->object_size;
  while (left > 0) {
    ssize_t written = linux_write(file, next, left);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    next += written, left -= (size_t)written;
  }
  close(file);
  return left == 0;
}

// The path of a descriptor, in words that were not used before: the loader takes a path that it has
// seen for the object that it has loaded, though another file is there now.
static void write_path(char *path, size_t size, long descriptor, uint64_t number) {
  int length = snprintf(path, size, "/proc/self/fd/");
  for (int bit = 0; bit < 20; bit++) {
    length += snprintf(path + length, size - (size_t)length, number >> bit & 1 ? "./" : "/");
  }
  snprintf(path + length, size - (size_t)length, "%ld", descriptor);
}

// Makes the memory, and the file if there is an object. Returns the memory's address, or 0.
static uint64_t prepare(
    struct linux_injection *injection, struct borrowed *borrowed, struct page *page) {
  injection->step = LINUX_INJECTION_MAKES_MEMORY;
  long made = call_system(
      borrowed, SYS_mmap, 0, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
      (uint64_t)-1, 0);
  if (made < 0 && made > -4096) {
    injection->error = (int)-made;
    return 0;
  }
  uint64_t address = (uint64_t)made;
  fill(page, injection, address, &borrowed->after);
  strcpy(page->path, "asynctop probe");
  long failed = 0, descriptor = -1;
  if (!copy(injection->process, address, page, sizeof *page, true)) {
    injection->step = LINUX_INJECTION_WRITES;
    failed = -errno;
  }
  uint64_t path = address + offsetof(struct page, path);
  if (!failed && injection->object) {
    descriptor = call_system(borrowed, SYS_memfd_create, path, MFD_CLOEXEC, 0, 0, 0, 0);
    if (descriptor < 0) {
      failed = descriptor;
    } else {
      write_path(page->path, sizeof page->path, descriptor, injection->number);
      page->descriptor = (uint64_t)descriptor;
      page->first = path;
      page->second = 2;  // RTLD_NOW
      if (!write_object(injection, descriptor) ||
          !copy(injection->process, address, page, sizeof *page, true)) {
        injection->step = LINUX_INJECTION_WRITES;
        failed = -errno;
      }
    }
  }
  if (!failed) {
    failed = call_system(
        borrowed, SYS_mprotect, address, sizeof page->code, PROT_READ | PROT_EXEC, 0, 0, 0);
  }
  if (failed >= 0) return address;
  injection->error = (int)-failed;
  if (descriptor >= 0) call_system(borrowed, SYS_close, (uint64_t)descriptor, 0, 0, 0, 0, 0);
  call_system(borrowed, SYS_munmap, address, MEMORY_SIZE, 0, 0, 0, 0);
  return 0;
}

static bool wait_for_result(struct linux_injection *injection, uint64_t address) {
  injection->step = LINUX_INJECTION_RUNS;
  uint64_t values[2];
  for (int i = 0; i < RUN_LIMIT * 1000 / RUN_PAUSE; i++) {
    if (!copy(
            injection->process, address + offsetof(struct page, result), values, sizeof values,
            false)) {
      injection->error = errno;
      return false;
    }
    if (values[1]) {
      injection->result = values[0];
      injection->step = LINUX_INJECTION_DONE;
      injection->error = 0;
      return true;
    }
    pause_for(RUN_PAUSE);
  }
  injection->error = ETIMEDOUT;
  return false;
}

int linux_inject(struct linux_injection *injection) {
  static _Thread_local struct page page;
  struct borrowed borrowed = {.process = injection->process, .thread = injection->thread};
  injection->step = LINUX_INJECTION_STOPS_THREAD;
  uint64_t start = injection->clock();
  if (!stop(&borrowed)) {
    injection->error = errno;
    return false;
  }
  memset(&page, 0, sizeof page);
  uint64_t address = prepare(injection, &borrowed, &page);
  if (!address) {
    let_go(&borrowed);
    return false;
  }
  struct user_regs_struct begin = borrowed.before;
  begin.orig_rax = (uint64_t)-1;
  begin.rip = address;
  ptrace(PTRACE_SETREGS, borrowed.thread, NULL, &begin);
  ptrace(PTRACE_DETACH, borrowed.thread, NULL, (void *)(intptr_t)borrowed.signal);
  injection->stopped = injection->clock() - start;
  return wait_for_result(injection, address);
}

#else

enum linux_wait linux_wait_of(long call) {
  (void)call;
  return LINUX_WAITS_NOT;
}

bool linux_wait_is_endless(long call, uint64_t limit) {
  (void)call, (void)limit;
  return false;
}

int linux_inject(struct linux_injection *injection) {
  injection->step = LINUX_INJECTION_STOPS_THREAD;
  injection->error = ENOSYS;
  return 0;
}

#endif
