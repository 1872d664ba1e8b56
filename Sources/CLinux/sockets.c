#define _GNU_SOURCE
#include "sockets.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>

union control {
  char bytes[CMSG_SPACE(LINUX_MAX_PASSED * sizeof(int))];
  struct cmsghdr alignment;
};

int linux_accept(int listener, void *address, uint32_t *length) {
  return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

ssize_t linux_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors,
                               size_t descriptor_count) {
  union control control;
  size_t size = descriptor_count * sizeof(int);
  struct iovec data = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
  if (descriptor_count > 0) {
    memset(&control, 0, sizeof control);
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(size);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), descriptors, size);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t linux_receive_descriptors(int socket, void *bytes, size_t count, int *descriptors,
                                  size_t *descriptor_count) {
  union control control;
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
    size_t size = header->cmsg_len - CMSG_LEN(0);
    memcpy(descriptors + *descriptor_count, CMSG_DATA(header), size);
    *descriptor_count += size / sizeof(int);
  }
  return received;
}

ssize_t linux_sendfile(int socket, int file, int64_t *offset, size_t count) {
  sigset_t broken, before;
  sigemptyset(&broken);
  sigaddset(&broken, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken, &before);
  ssize_t sent = sendfile(socket, file, offset, count);
  int reason = errno;
  if (sent < 0 && reason == EPIPE && !sigismember(&before, SIGPIPE)) {
    struct timespec none = {0, 0};
    sigtimedwait(&broken, NULL, &none);  // takes the one that this call has raised
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = reason;
  return sent;
}
