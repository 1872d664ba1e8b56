// The code that a thread of another process runs for us.
#pragma once

#include <stdint.h>

// The memory that is made in the process: code, what the code reads and writes, its stack.
struct page {
  uint8_t code[4096];
  uint8_t registers[16384];  // of vectors, as XSAVE stores them
  uint64_t function, first, second, error_place;
  uint64_t descriptor;  // of the object, which is closed if the function returns 0; or −1
  uint64_t result, is_done;
  uint64_t stack;
  // What the thread goes on with.
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp, r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t flags, rip;
  char path[80];
};
enum { STACK_SIZE = 512 * 1024, MEMORY_SIZE = 32 * 1024 + STACK_SIZE };
_Static_assert(sizeof(struct page) <= MEMORY_SIZE - STACK_SIZE, "page");

// Writes the code, which ends by going on where the thread was.
void linux_write_code(struct page *page);
