// Calls a function in another process, such as dlopen() to put a shared object into it.
#pragma once

#include <stddef.h>
#include <stdint.h>

// How far a call came.
enum linux_injection_step {
  LINUX_INJECTION_FINDS_THREAD = 1,  // no thread waits in a system call that can be borrowed
  LINUX_INJECTION_STOPS_THREAD = 2,  // ptrace, or the thread did not stop in time
  LINUX_INJECTION_MAKES_MEMORY = 3,  // a system call in the process was refused
  LINUX_INJECTION_WRITES = 4,        // its memory, or the file of the object
  LINUX_INJECTION_RUNS = 5,          // the function has not returned in time
  LINUX_INJECTION_DONE = 6,
};

// Below it lies the code of libc and the loader, in whose locks no thread may wait.
struct linux_injection_range {
  uint64_t start, end;
};

struct linux_injection {
  int process;
  uint64_t function;
  uint64_t error_place;  // the address of __errno_location, or 0
  // With an object, the function gets the path of a memory file that holds it, and RTLD_NOW.
  const void *object;
  size_t object_size;
  // The writable parts of libc and the loader.
  const struct linux_injection_range *forbidden;
  size_t forbidden_count;

  // What came of it.
  enum linux_injection_step step;
  int error;         // errno, of the step that failed
  int thread;        // the one that was borrowed
  uint64_t stopped;  // nanoseconds for which it stood still
  uint64_t result;   // what the function returned
};

// Calls the function on a thread of the process that waits in a system call, and lets it wait on
// afterwards. No other thread is stopped. Whoever calls may be killed at any moment: the thread
// finds back by itself.
//
// Returns whether the function was called and has returned.
int linux_inject(struct linux_injection *injection);
