import Glibc
import AsyncTopLinux

/// Where a terminal's bytes go to, without ever waiting for it.
///
/// Whether writing waits belongs to what is open, and others share that: the shell, a pager, the
/// app. So the terminal is opened once more where that is possible. Where it isn't, as for the
/// terminal of another user after `su`, the shared one doesn't wait for the moment of a write.
final class TerminalSink {
  /// The descriptor.
  let descriptor: Int32
  private let isOwn: Bool
  /// True if the terminal is gone: what is written goes nowhere.
  private(set) var isGone = false

  /// Both ends of a pseudo terminal are terminals, but opening the main one makes another pair.
  private static let pseudoTerminalMaker: dev_t = 0x502

  /// Makes one for a descriptor, which stays the caller's.
  init(_ output: Int32) {
    let own = TerminalSink.reopen(output)
    descriptor = own ?? output
    isOwn = own != nil
  }

  deinit {
    if isOwn { _ = close(descriptor) }
  }

  private static func reopen(_ output: Int32) -> Int32? {
    var status = stat()
    guard unsafe fstat(output, &status) == 0, status.st_rdev != pseudoTerminalMaker
    else { return nil }
    let own = FileDescriptor.numberOpening(
      "/proc/self/fd/\(output)", O_WRONLY | O_NONBLOCK | O_NOCTTY)
    return own < 0 ? nil : own
  }

  /// Writes as much as there is room for.
  ///
  /// - Returns: The bytes written; 0 if there is no room, or nothing there any more.
  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    let flags = isOwn ? 0 : fcntl(descriptor, F_GETFL)
    if !isOwn { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    defer { if !isOwn { _ = fcntl(descriptor, F_SETFL, flags) } }
    while true {
      let count = unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 { return count }
      if errno == EINTR { continue }
      if errno != EAGAIN { isGone = true }
      return 0
    }
  }

  /// Waits until there is room, or the terminal is gone, or the time is up.
  func waitForRoom(milliseconds: Int32) {
    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&wait, 1, milliseconds)
  }

  /// Gives up what the terminal has not taken from the kernel yet, and lets it go on if somebody
  /// has stopped it.
  func discard() {
    _ = tcflush(descriptor, TCOFLUSH)
    _ = tcflow(descriptor, TCOON)
  }
}
