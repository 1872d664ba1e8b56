// Sockets: calls that need _GNU_SOURCE, and control messages, which are made of macros.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// As many descriptors as one message may carry: SCM_MAX_FD of the kernel.
enum { LINUX_MAX_PASSED = 253 };

// accept4, for a non-blocking socket that is closed on exec. The address is a sockaddr, which is
// filled with the peer's.
int linux_accept(int listener, void *address, uint32_t *length);

// Sends bytes, at least one, and descriptors with the first of them; unix(7). Without SIGPIPE.
ssize_t linux_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors,
                               size_t descriptor_count);

// Receives bytes and the descriptors that came with them, closed on exec. `descriptors` has room
// for LINUX_MAX_PASSED, so none is lost.
ssize_t linux_receive_descriptors(int socket, void *bytes, size_t count, int *descriptors,
                                  size_t *descriptor_count);

// sendfile(2), without SIGPIPE; moves the offset, not the file's position.
ssize_t linux_sendfile(int socket, int file, int64_t *offset, size_t count);
