// The memory of other processes, process_vm_readv(2).
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct linux_part {
  uint64_t address;
  uint64_t size;
};

// Copies parts of another process's memory, one behind the other, without stopping it. Returns how
// many bytes that were: fewer than asked for if a part can't be read; −1 and errno if the first
// can't.
ssize_t linux_read_memory(int process, const struct linux_part *parts, size_t count, void *bytes);

// Finds a word at multiples of `stride` bytes. Returns how many times it is there, at most `room`;
// the offsets are ascending.
size_t linux_find_word(
    const void *bytes, size_t size, size_t stride, uint64_t word, uint32_t *offsets, size_t room);
