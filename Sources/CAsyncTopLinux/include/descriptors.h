// Every descriptor that is opened in this process, but the probe's, comes from here: closed on
// exec, and numbered 3 or more. Where a program was started with standard input, output or error
// closed, the kernel gives those numbers to what is opened next, and who prints writes into it.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// As many descriptors as one message may carry: SCM_MAX_FD of the kernel.
enum { LINUX_MAX_PASSED = 253 };

// Each returns a descriptor, or 0 for a pair of them; or −1 and errno.

int linux_open(const char *path, int flags, unsigned mode);
// What a descriptor stands for, opened once more; it fails for sockets. In the kernel's words an
// open file description of its own, whose flags are nobody else's.
int linux_open_again(int descriptor, int flags);
// Opens nothing: the descriptor stands for the file, whatever it is.
int linux_hold(const char *path, int follows);
// A file in memory.
int linux_memory_file(void);
// A second number for the same, at or above one.
int linux_duplicate(int descriptor, int first);
int linux_socket(int family, int kind, int protocol);
int linux_socket_pair(int family, int kind, int ends[2]);
// A non-blocking socket. The address is a sockaddr, which is filled with the peer's.
int linux_accept(int listener, void *address, uint32_t *length);
// First the end to read.
int linux_pipe(int ends[2]);
// eventfd(2), at 0 and non-blocking.
int linux_event_counter(void);
// epoll(7).
int linux_poller(void);

// A terminal of nobody yet: the end of its user, then that of the programs on it.
int linux_pseudo_terminal(int ends[2]);

// Receives bytes and the descriptors that came with them. `descriptors` has room for
// LINUX_MAX_PASSED, so none is lost.
ssize_t linux_receive_descriptors(int socket, void *bytes, size_t count, int *descriptors,
                                  size_t *descriptor_count);

// The same descriptor under a number above 2, for what the kernel has opened by itself.
int linux_lifted(int descriptor);

// Opens the null device under those of the numbers 0, 1 and 2 that are closed, in the way that
// reading or writing there fails as before.
void linux_reserve_standard(void);
