#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

int linux_file_status(int folder, const char *path, int follows, struct linux_file_status *status) {
  struct statx found;
  int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  if (!follows) flags |= AT_SYMLINK_NOFOLLOW;
  if (statx(folder, path, flags, STATX_BASIC_STATS, &found) != 0) return -1;
  *status = (struct linux_file_status){
      .device = makedev(found.stx_dev_major, found.stx_dev_minor),
      .node = found.stx_ino,
      .size = found.stx_size,
      .mode = found.stx_mode,
      .links = found.stx_nlink,
      .owner = found.stx_uid};
  return 0;
}

int linux_rename_new(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // The file system can't. A second name is refused too if it is taken.
  if (link(from, to) != 0) return -1;
  return unlink(from);
}

int linux_hold(const char *path, int follows) {
  return open(path, O_PATH | O_CLOEXEC | (follows ? 0 : O_NOFOLLOW));
}

int linux_memory_file(void) { return memfd_create("asynctop-probe", MFD_CLOEXEC); }

ssize_t linux_write_if_ready(int descriptor, const void *bytes, size_t count) {
  sigset_t quiet, before, pending;
  sigemptyset(&quiet);
  sigaddset(&quiet, SIGPIPE);
  sigaddset(&quiet, SIGXFSZ);
  struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
  if (poll(&ready, 1, 0) <= 0 || !(ready.revents & POLLOUT)) {
    errno = EAGAIN;
    return -1;
  }
  pthread_sigmask(SIG_BLOCK, &quiet, &before);
  sigpending(&pending);
  ssize_t written = write(descriptor, bytes, count < PIPE_BUF ? count : PIPE_BUF);
  int error = errno;
  // One that was there before is the program's own.
  if (sigismember(&pending, SIGPIPE)) sigdelset(&quiet, SIGPIPE);
  if (sigismember(&pending, SIGXFSZ)) sigdelset(&quiet, SIGXFSZ);
  struct timespec now = {0};
  while (sigtimedwait(&quiet, NULL, &now) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return written;
}
