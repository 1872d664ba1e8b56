// Calls that send bytes to where perhaps nobody takes them any more, or there is no room for them:
// none of them raises SIGPIPE or SIGXFSZ.
//
// With these the kernel ends a program that has said nothing else, for what another one does, and
// for a limit on the size of files (ulimit -f). The error, EPIPE or EFBIG, says enough.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// write(2).
ssize_t linux_write(int descriptor, const void *bytes, size_t count);

// sendfile(2); moves the offset, not the file's position.
ssize_t linux_sendfile(int socket, int file, int64_t *offset, size_t count);

// send(2) and sendto(2); the address is a sockaddr, null where the socket is connected.
ssize_t linux_send(int socket, const void *bytes, size_t count, const void *address,
                   uint32_t length);

// Sends bytes, at least one, and descriptors with the first of them; unix(7).
ssize_t linux_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors,
                               size_t descriptor_count);

// Adds 1 to an eventfd. A signal handler may call it.
void linux_wake(int eventfd);

// Writes what can be written without waiting, and no more than what fits into a pipe at once.
// Returns the bytes written, or −1 and errno.
ssize_t linux_write_if_ready(int descriptor, const void *bytes, size_t count);
