// A signal that wakes somebody: what must be C because it runs in a signal handler.
#pragma once

#include <stdbool.h>

// Adds 1 to an eventfd whenever the signal comes. Returns false if the signal has a handler already
// or can't have one; then nothing has changed.
bool linux_signal_watch(int signal, int eventfd);

// Gives the signal its former disposition back.
void linux_signal_unwatch(int signal);
