import CAsyncTopLinux
import Glibc

/// The output of a command.
public enum StandardOutput {
  /// Writes all of these bytes; waits as long as a pipe or terminal takes no more.
  ///
  /// - Throws: Why they can't be written: `brokenPipe` if nobody reads them any more.
  public static func write(_ bytes: [UInt8]) throws(Errno) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { bytes in
        unsafe linux_write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
      }
      if count >= 0 {
        rest.removeFirst(count)
      } else if errno == EAGAIN {
        var room = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&room, 1, -1)
      } else if errno != EINTR {
        throw Errno.last
      }
    }
  }
}
