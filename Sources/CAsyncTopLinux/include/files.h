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

// The number of a device of which the kernel writes the parts.
uint64_t linux_device(uint32_t major, uint32_t minor);

// Gives a file another name, which nothing may have yet. Returns 0, or −1 and errno: EEXIST.
int linux_rename_new(const char *from, const char *to);
