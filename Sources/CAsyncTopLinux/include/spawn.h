// Child processes: what must be C, because it runs between the creation of a process and the
// program that it becomes, or because Glibc's Swift module leaves it out. Needs Linux 5.4.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// What a child process is to become. Everything is prepared by the parent; the child only makes
// system calls.
struct linux_program {
  const char *const *paths;  // of the program, the first that can be executed is; ends with null
  char *const *arguments;    // with the program's name; ends with null
  char *const *environment;  // ends with null
  const char *directory;     // null for the parent's
  int streams[3];            // become the descriptors 0, 1 and 2; −1 leaves one as it is
  const int *kept;           // further descriptors that it keeps, above 2 and ascending
  size_t kept_count;
  bool new_session;
  int terminal;  // a stream that becomes the new session's terminal, or −1
  int group;  // of processes: −1 for the parent's, 0 for one of its own
};

// What failed, if something did.
enum linux_spawn_step {
  LINUX_SPAWN_CREATE = 1,
  LINUX_SPAWN_SESSION = 2,
  LINUX_SPAWN_GROUP = 3,
  LINUX_SPAWN_DIRECTORY = 4,
  LINUX_SPAWN_DESCRIPTORS = 5,
  LINUX_SPAWN_EXECUTE = 6,
};

struct linux_spawned {
  pid_t id;
  int pidfd;  // closed on exec
  int error;  // an errno, or 0
  int step;   // linux_spawn_step, where there is an error
};

// Starts a program. The thread is suspended, with its signals, until the program runs or has
// failed to; other threads go on. In the child no signal is blocked, those that were handled and
// SIGPIPE have their default action, and no descriptor is open but those named.
struct linux_spawned linux_spawn(const struct linux_program *program);

// How a child has ended, which takes it off the kernel's list: 0 it has not, 1 it has exited with
// the code, 2 it was killed by the signal in the code, −1 and errno.
int linux_reap(int pidfd, int *code);

// Sends a signal to the process of a pidfd. Returns 0, or −1 and errno.
int linux_send_signal(int pidfd, int signal);
