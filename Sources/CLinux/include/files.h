// Files: what Glibc's Swift module leaves out.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct linux_file_status {
  uint64_t device;
  uint64_t node;
  uint64_t size;
  uint32_t mode;   // kind and permissions, as in stat(2)
  uint32_t links;
  uint32_t owner;
};

// What the kernel knows of a file, without asking whoever serves it: a file system in user space
// or over the network is not waited for. With an empty path, of the file that `folder` is open
// for. Returns 0, or −1 and errno.
int linux_file_status(int folder, const char *path, int follows, struct linux_file_status *status);

// Gives a file another name, which nothing may have yet. Returns 0, or −1 and errno: EEXIST.
int linux_rename_new(const char *from, const char *to);

// Opens nothing: the descriptor stands for the file, whatever it is. Returns −1 and errno.
int linux_hold(const char *path, int follows);

// A file in memory, closed on exec; −1 and errno if the kernel makes none.
int linux_memory_file(void);

// Writes what can be written without waiting, and no more than what fits into a pipe at once.
// SIGPIPE and SIGXFSZ, which would end a program that expects no output to fail, are not raised.
// Returns the bytes written, or −1 and errno.
ssize_t linux_write_if_ready(int descriptor, const void *bytes, size_t count);
