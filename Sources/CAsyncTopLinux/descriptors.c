#define _GNU_SOURCE
#include "descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

// Above standard input, output and error.
enum { FIRST = 3 };

int linux_lifted(int descriptor) {
  if (descriptor < 0 || descriptor >= FIRST) return descriptor;
  int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST);
  int reason = errno;
  close(descriptor);
  errno = reason;
  return lifted;
}

static int lifted_pair(int ends[2]) {
  for (int index = 0; index < 2; index++) {
    ends[index] = linux_lifted(ends[index]);
    if (ends[index] >= 0) continue;
    int reason = errno;
    close(ends[1 - index]);
    errno = reason;
    return -1;
  }
  return 0;
}

int linux_open(const char *path, int flags, unsigned mode) {
  return linux_lifted(open(path, flags | O_CLOEXEC, mode));
}

int linux_open_again(int descriptor, int flags) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
  return linux_open(path, flags | O_NOCTTY, 0);
}

int linux_hold(const char *path, int follows) {
  return linux_open(path, O_PATH | (follows ? 0 : O_NOFOLLOW), 0);
}

int linux_memory_file(void) { return linux_lifted(memfd_create("asynctop-probe", MFD_CLOEXEC)); }

int linux_duplicate(int descriptor, int first) {
  return fcntl(descriptor, F_DUPFD_CLOEXEC, first > FIRST ? first : FIRST);
}

int linux_socket(int family, int kind, int protocol) {
  return linux_lifted(socket(family, kind | SOCK_CLOEXEC, protocol));
}

int linux_socket_pair(int family, int kind, int ends[2]) {
  return socketpair(family, kind | SOCK_CLOEXEC, 0, ends) == 0 ? lifted_pair(ends) : -1;
}

int linux_accept(int listener, void *address, uint32_t *length) {
  return linux_lifted(accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? lifted_pair(ends) : -1; }

int linux_event_counter(void) { return linux_lifted(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int linux_poller(void) { return linux_lifted(epoll_create1(EPOLL_CLOEXEC)); }

int linux_pseudo_terminal(int ends[2]) {
  ends[0] = linux_lifted(open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (ends[0] < 0) return -1;
  int locked = 0;
  // By the descriptor, as its name may mean another terminal where /dev/pts is another one.
  ends[1] = ioctl(ends[0], TIOCSPTLCK, &locked) < 0
                ? -1
                : linux_lifted(ioctl(ends[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (ends[1] >= 0) return 0;
  int reason = errno;
  close(ends[0]);
  errno = reason;
  return -1;
}

// One that can't be lifted, since there is no room for it, is lost as one that never fitted is.
static size_t take_passed(struct cmsghdr *header, int *descriptors) {
  size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  size_t taken = 0;
  for (size_t index = 0; index < count; index++) {
    int passed;
    memcpy(&passed, CMSG_DATA(header) + index * sizeof passed, sizeof passed);
    passed = linux_lifted(passed);
    if (passed >= 0) descriptors[taken++] = passed;
  }
  return taken;
}

ssize_t linux_receive_descriptors(int socket, void *bytes, size_t count, int *descriptors,
                                  size_t *descriptor_count) {
  union {
    char bytes[CMSG_SPACE(LINUX_MAX_PASSED * sizeof(int))];
    struct cmsghdr alignment;
  } control;
  struct iovec data = {.iov_base = bytes, .iov_len = count};
  struct msghdr message = {.msg_iov = &data,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  *descriptor_count = 0;
  ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (received < 0) return received;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    *descriptor_count += take_passed(header, descriptors + *descriptor_count);
  }
  return received;
}

void linux_reserve_standard(void) {
  for (int number = 0; number < FIRST; number++) {
    if (fcntl(number, F_GETFD) < 0) (void)!open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY);
  }
}
