#define _GNU_SOURCE
#include "process_memory.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#define BATCH 512

ssize_t linux_read_memory(int process, const struct linux_part *parts, size_t count, void *bytes) {
  ssize_t done = 0;
  for (size_t first = 0; first < count; first += BATCH) {
    struct iovec theirs[BATCH];
    size_t batch = count - first < BATCH ? count - first : BATCH, wanted = 0;
    for (size_t i = 0; i < batch; i++) {
      theirs[i] = (struct iovec){(void *)parts[first + i].address, parts[first + i].size};
      wanted += parts[first + i].size;
    }
    struct iovec ours = {(char *)bytes + done, wanted};
    ssize_t length = process_vm_readv(process, &ours, 1, theirs, batch, 0);
    if (length < 0) return done > 0 ? done : -1;
    done += length;
    if ((size_t)length < wanted) break;
  }
  return done;
}

size_t linux_find_word(
    const void *bytes, size_t size, size_t stride, uint64_t word, uint32_t *offsets, size_t room) {
  size_t found = 0;
  for (size_t offset = 0; offset + sizeof word <= size && found < room; offset += stride) {
    uint64_t there;
    memcpy(&there, (const char *)bytes + offset, sizeof there);
    if (there == word) offsets[found++] = (uint32_t)offset;
  }
  return found;
}
