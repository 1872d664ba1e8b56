// Processes: what Glibc's Swift module leaves out.
#pragma once

#include <stdbool.h>
#include <sys/prctl.h>

// Has the kernel send this process a signal when its parent ends. prctl is variadic.
static inline int linux_end_with_parent(int signal) {
  return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

// Names the calling thread; at most 15 bytes of the name are kept.
static inline void linux_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

// From now on SIGINT, SIGTERM and SIGHUP are only noted, unless SIGINT or SIGHUP is ignored, and
// SIGPIPE is ignored.
void linux_catch_ending(void);

// The last of the signals noted, or 0.
int linux_ending_signal(void);

// From now on the signals that ask a program to end or tell it something are sent on to the process
// of a pidfd, unless they are ignored here. Those of the terminal's keys only if `sends_keys`: the
// kernel sends them to all processes of the terminal's foreground group.
void linux_forward_signals(int pidfd, bool sends_keys);

// The size of a terminal, in cells.
void linux_set_terminal_size(int terminal, unsigned short rows, unsigned short columns);

// No signal is blocked in the calling thread any more.
void linux_unblock_signals(void);

// Ends the process at once, as a failed precondition does.
__attribute__((noreturn, cold)) static inline void linux_trap(void) { __builtin_trap(); }
