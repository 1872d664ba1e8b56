#define _GNU_SOURCE
#include "sending.h"

#include "descriptors.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// Pipes and sendfile know no MSG_NOSIGNAL, and a limit on the size of files (ulimit -f) raises
// SIGXFSZ. The signal is the writing thread's own: while it is blocked it waits there, to be taken
// away.
struct quiet {
  sigset_t raised;  // that are ours if they wait when the call returns
  sigset_t before;
};

static struct quiet begin_quiet(void) {
  struct quiet quiet;
  sigset_t pending;
  sigemptyset(&quiet.raised);
  sigaddset(&quiet.raised, SIGPIPE);
  sigaddset(&quiet.raised, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &quiet.raised, &quiet.before);
  bool were_blocked = sigismember(&quiet.before, SIGPIPE) || sigismember(&quiet.before, SIGXFSZ);
  if (were_blocked && sigpending(&pending) == 0) {
    // One that waits already is somebody else's business, and there is never a second.
    if (sigismember(&pending, SIGPIPE)) sigdelset(&quiet.raised, SIGPIPE);
    if (sigismember(&pending, SIGXFSZ)) sigdelset(&quiet.raised, SIGXFSZ);
  }
  return quiet;
}

// The kernel can return a count and raise the signal all the same: some bytes went, and then there
// was nobody. Only of a call that has sent all it was given is that not to be asked.
static ssize_t end_quiet(const struct quiet *quiet, ssize_t sent, size_t count) {
  int reason = errno;
  if (sent != (ssize_t)count) {
    struct timespec none = {0, 0};
    siginfo_t info;
    int taken = sigtimedwait(&quiet->raised, &info, &none);
    // Another process may have sent one, which is not ours to take.
    if (taken > 0 && info.si_pid != 0 && info.si_pid != getpid()) kill(getpid(), taken);
  }
  pthread_sigmask(SIG_SETMASK, &quiet->before, NULL);
  errno = reason;
  return sent;
}

ssize_t linux_write(int descriptor, const void *bytes, size_t count) {
  struct quiet quiet = begin_quiet();
  return end_quiet(&quiet, write(descriptor, bytes, count), count);
}

ssize_t linux_sendfile(int socket, int file, int64_t *offset, size_t count) {
  struct quiet quiet = begin_quiet();
  return end_quiet(&quiet, sendfile(socket, file, offset, count), count);
}

ssize_t linux_send(int socket, const void *bytes, size_t count, const void *address,
                   uint32_t length) {
  return sendto(socket, bytes, count, MSG_NOSIGNAL, address, length);
}

ssize_t linux_send_descriptors(int socket, const void *bytes, size_t count, const int *descriptors,
                               size_t descriptor_count) {
  union {
    char bytes[CMSG_SPACE(LINUX_MAX_PASSED * sizeof(int))];
    struct cmsghdr alignment;
  } control;
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

void linux_wake(int eventfd) {
  uint64_t one = 1;
  ssize_t written = write(eventfd, &one, sizeof one);
  (void)written;  // a full counter wakes as well
}

ssize_t linux_write_if_ready(int descriptor, const void *bytes, size_t count) {
  struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
  if (poll(&ready, 1, 0) <= 0 || !(ready.revents & POLLOUT)) {
    errno = EAGAIN;
    return -1;
  }
  return linux_write(descriptor, bytes, count < PIPE_BUF ? count : PIPE_BUF);
}
