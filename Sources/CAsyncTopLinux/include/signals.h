// Signals that wake somebody: what must be C because it runs in a signal handler.
#pragma once

#include <stdbool.h>

// How many watches there may be in the process.
#define LINUX_SIGNAL_WATCHES 256

// From now on a signal adds 1 to an eventfd whenever it comes. Several watches of one signal all
// get it. The disposition of before the first comes back with the end of the last, unless somebody
// else has set one meanwhile.
//
// `replaces` says whether a handler that isn't ours may be replaced. Returns the watch's number, or
// −1 and errno: EINVAL if the signal can't have a handler, EBUSY if it has one that may not be
// replaced, ENFILE if there are too many watches.
int linux_signal_watch(int signal, int eventfd, bool replaces);

// Ends a watch. Afterwards no handler touches its eventfd.
void linux_signal_unwatch(int watch);

// SIGINT in two stages, while nobody watches it otherwise. The first time it comes, the handler
// counts it and adds 1 to the eventfd; the second time it ends the process as SIGINT does by
// default. Returns false, and changes nothing, if somebody else's handler is installed. One at a
// time.
bool linux_interrupt_watch(int eventfd);
// How often it came since the watch began.
int linux_interrupt_count(void);
void linux_interrupt_unwatch(void);

// The name of a signal without SIG, or null.
const char *linux_signal_name(int signal);
// The first and the last of the signals that have no meaning of their own.
int linux_first_free_signal(void);
int linux_last_free_signal(void);
