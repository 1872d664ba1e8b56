// The code that a thread of another process runs for us, on a stack of its own: it saves what
// functions may change, calls one, and puts the thread back to where it was.
#if defined(__x86_64__)
#include "injected_code.h"

#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

struct writer {
  uint8_t *next;
};

static void put(struct writer *code, const void *bytes, size_t count) {
  memcpy(code->next, bytes, count);
  code->next += count;
}

#define PUT(code, ...) put(code, (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}))

// An instruction with an address relative to its end. `base` is where the page begins.
static void put_relative(
    struct writer *code, const uint8_t *base, const uint8_t *bytes, size_t count, size_t offset) {
  put(code, bytes, count);
  int32_t distance = (int32_t)((ptrdiff_t)offset - (code->next + 4 - base));
  put(code, &distance, sizeof distance);
}

#define PUT_RELATIVE(code, page, field, ...)                                              \
  put_relative(                                                                           \
      code, (page)->code, (const uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), \
      offsetof(struct page, field))

void linux_write_code(struct page *page) {
  struct writer writer = {page->code}, *code = &writer;
  PUT_RELATIVE(code, page, stack, 0x48, 0x8b, 0x25);       // mov rsp, [stack]
  PUT(code, 0xfc, 0x83, 0xc8, 0xff, 0x99);                 // cld; or eax, -1; cdq
  PUT_RELATIVE(code, page, registers, 0x48, 0x0f, 0xae, 0x25);  // xsave64 [registers]
  PUT(code, 0x45, 0x31, 0xe4);                             // xor r12d, r12d
  PUT_RELATIVE(code, page, error_place, 0x48, 0x8b, 0x05);  // mov rax, [error_place]
  PUT(code, 0x48, 0x85, 0xc0, 0x74, 0x09);                 // test rax, rax; jz 9 bytes on
  PUT(code, 0xff, 0xd0);                                   // call rax
  PUT(code, 0x49, 0x89, 0xc4);                             // mov r12, rax
  PUT(code, 0x45, 0x8b, 0x2c, 0x24);                       // mov r13d, [r12]
  PUT_RELATIVE(code, page, first, 0x48, 0x8b, 0x3d);       // mov rdi, [first]
  PUT_RELATIVE(code, page, second, 0x48, 0x8b, 0x35);      // mov rsi, [second]
  PUT_RELATIVE(code, page, function, 0xff, 0x15);          // call [function]
  PUT_RELATIVE(code, page, result, 0x48, 0x89, 0x05);      // mov [result], rax
  PUT(code, 0x48, 0x85, 0xc0, 0x75, 0x0d);                 // test rax, rax; jnz 13 bytes on
  PUT_RELATIVE(code, page, descriptor, 0x8b, 0x3d);        // mov edi, [descriptor]
  PUT(code, 0xb8, SYS_close, 0, 0, 0, 0x0f, 0x05);         // mov eax, SYS_close; syscall
  PUT(code, 0x4d, 0x85, 0xe4, 0x74, 0x04);                 // test r12, r12; jz 4 bytes on
  PUT(code, 0x45, 0x89, 0x2c, 0x24);                       // mov [r12], r13d
  PUT(code, 0xb8, 1, 0, 0, 0);                             // mov eax, 1
  PUT_RELATIVE(code, page, is_done, 0x48, 0x89, 0x05);     // mov [is_done], rax
  PUT(code, 0x83, 0xc8, 0xff, 0x99);                       // or eax, -1; cdq
  PUT_RELATIVE(code, page, registers, 0x48, 0x0f, 0xae, 0x2d);  // xrstor64 [registers]
  PUT_RELATIVE(code, page, flags, 0xff, 0x35);             // push [flags]
  PUT(code, 0x9d);                                         // popfq
  PUT_RELATIVE(code, page, rax, 0x48, 0x8b, 0x05);
  PUT_RELATIVE(code, page, rbx, 0x48, 0x8b, 0x1d);
  PUT_RELATIVE(code, page, rcx, 0x48, 0x8b, 0x0d);
  PUT_RELATIVE(code, page, rdx, 0x48, 0x8b, 0x15);
  PUT_RELATIVE(code, page, rsi, 0x48, 0x8b, 0x35);
  PUT_RELATIVE(code, page, rdi, 0x48, 0x8b, 0x3d);
  PUT_RELATIVE(code, page, rbp, 0x48, 0x8b, 0x2d);
  PUT_RELATIVE(code, page, r8, 0x4c, 0x8b, 0x05);
  PUT_RELATIVE(code, page, r9, 0x4c, 0x8b, 0x0d);
  PUT_RELATIVE(code, page, r10, 0x4c, 0x8b, 0x15);
  PUT_RELATIVE(code, page, r11, 0x4c, 0x8b, 0x1d);
  PUT_RELATIVE(code, page, r12, 0x4c, 0x8b, 0x25);
  PUT_RELATIVE(code, page, r13, 0x4c, 0x8b, 0x2d);
  PUT_RELATIVE(code, page, r14, 0x4c, 0x8b, 0x35);
  PUT_RELATIVE(code, page, r15, 0x4c, 0x8b, 0x3d);
  PUT_RELATIVE(code, page, rsp, 0x48, 0x8b, 0x25);
  PUT_RELATIVE(code, page, rip, 0xff, 0x25);               // jmp [rip]
}
#endif
