// Keeps a terminal from being left broken, whatever ends the process.
//
// While armed, the guard owns the handlers of two kinds of signals:
//  - requests (INT TERM HUP QUIT) and news (TSTP CONT WINCH) are noted, for the thread that owns
//    the terminal to act on; an eventfd becomes readable, so that it wakes from poll();
//  - crashes (SEGV ABRT BUS ILL FPE TRAP) write prepared bytes, set the terminal's modes back, and
//    then happen as if the guard had not been there.
// INT, HUP and QUIT that were ignored stay ignored (nohup). Disarming puts every handler back that
// has not been replaced in the meantime.
//
// Rules:
//  1. One guard to a process; arming an armed one fails.
//  2. Arming and disarming happen on one thread. Handlers run anywhere, at any time, and touch only
//     what is written before they are installed, and atomics.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <termios.h>

// The most bytes that restore a terminal.
#define TG_RESTORE_LIMIT 256

// What is put back: the modes of where the picture goes and of where keys come from, which are
// mostly the same terminal. The descriptors stay open while the guard is armed.
struct tg_terminal {
  int output, input;
  const struct termios *output_modes, *input_modes;
};

// Arms the guard for a terminal; `restore` is what is written to it. Returns 0, or an errno: EBUSY
// if armed, E2BIG if there are too many bytes.
int tg_arm(const struct tg_terminal *terminal, const char *restore, size_t length);

// Puts the handlers back. Does nothing if not armed.
void tg_disarm(void);

// Puts the handler back that a signal had before, or (again) the guard's; for suspending.
void tg_lend(int signal);
void tg_take_back(int signal);

// Sends a signal to the calling thread and lets it happen before it returns, even if the thread
// blocks it, as those of thread pools do.
void tg_raise(int signal);

// A descriptor that is readable while signals are noted; -1 if not armed.
int tg_wake_descriptor(void);

// Returns the signals noted since the last call, bit n for signal n, and forgets them.
uint64_t tg_take_signals(void);
