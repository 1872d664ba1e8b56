// Calls a function in another process, such as dlopen() to put a shared object into it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How far a call came.
enum linux_injection_step {
  LINUX_INJECTION_STOPS_THREAD = 1,  // ptrace refuses; EAGAIN, ETIMEDOUT: it no longer waits
  LINUX_INJECTION_MAKES_MEMORY = 2,  // a system call in the process was refused
  LINUX_INJECTION_WRITES = 3,        // its memory, or the file of the object
  LINUX_INJECTION_RUNS = 4,          // the function has not returned in time
  LINUX_INJECTION_DONE = 5,
};

// What a thread waits for in a system call.
enum linux_wait {
  LINUX_WAITS_NOT = 0,          // or in one that is not known
  LINUX_WAITS_FOR_EVENTS = 1,   // epoll_wait; see linux_wait_is_endless
  LINUX_WAITS_FOR_OTHERS = 2,   // for other programs, or for a time
  LINUX_WAITS_FOR_THREADS = 3,  // futex; its first argument is the address
};
// Of a system call, by its number.
enum linux_wait linux_wait_of(long call);
// Whether one for events has no limit, by the system call's fourth argument: a number of
// milliseconds, of epoll_pwait2 a pointer.
bool linux_wait_is_endless(long call, uint64_t limit);

struct linux_injection {
  int process;
  int thread;  // which waits in a system call, and holds no lock that the function may want
  uint64_t (*clock)(void);  // nanoseconds
  uint64_t number;          // another one for each call
  uint64_t function;
  uint64_t error_place;  // the address of __errno_location, or 0
  // With an object, the function gets the path of a memory file that holds it, and RTLD_NOW.
  const void *object;
  size_t object_size;

  // What came of it.
  enum linux_injection_step step;
  int error;         // errno, of the step that failed
  uint64_t stopped;  // nanoseconds for which the thread stood still
  uint64_t result;   // what the function returned
};

// Calls the function on the thread, and lets that wait on afterwards. No other thread is stopped.
// Whoever calls may be killed at any moment: the thread finds back by itself.
//
// Returns whether the function was called and has returned.
int linux_inject(struct linux_injection *injection);
