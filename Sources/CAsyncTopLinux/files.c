#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
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

uint64_t linux_device(uint32_t major, uint32_t minor) { return makedev(major, minor); }

int linux_rename_new(const char *from, const char *to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // The file system can't. A second name is refused too if it is taken.
  if (link(from, to) != 0) return -1;
  return unlink(from);
}
