import CAsyncTopCurses
import Glibc
import AsyncTopLinux

/// What is on its way to a terminal.
///
/// A terminal may take no more: a window nobody reads, a line that is stopped, a slow connection.
/// Whoever waits for it in a write can't be ended. ncurses waits, so it gets a file in memory to
/// write into, and what it has written is sent from here, as there is room.
///
/// 1. ``write(_:)`` and ncurses add bytes; what ncurses wrote is taken over before anything else is
///    added or sent, so that the order stays.
/// 2. ``send()`` sends what there is room for, and never waits. Whoever waits for keys waits for
///    room too while ``isWaiting``, and adds no further frame: at most one frame is on its way.
/// 3. ``finish(orRestore:)`` waits, but not for ever.
/// 4. When the terminal is gone, everything is dropped.
@safe final class TerminalOutput {
  /// How long a terminal may take nothing before an end goes on without it, in nanoseconds.
  static let patience: UInt64 = 500_000_000
  /// How long an end waits for a slow terminal at most, in nanoseconds.
  static let endLimit: UInt64 = 2_000_000_000
  /// The least size of files that there must be, as `ulimit -f` sets it: ncurses' memory is a file,
  /// and one update of it is smaller.
  static let fileSize: UInt = 1 << 20

  /// Where the bytes go.
  let sink: TerminalSink
  /// What ncurses writes to.
  let capture: Int32
  private var bytes: [UInt8] = []
  private var sent = 0

  /// Prepares the output of a terminal, to whose descriptor nothing is written yet.
  init(_ output: Int32) throws(CursesTerminalError) {
    var limit = rlimit()
    if unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0,
      limit.rlim_cur < Self.fileSize
    {
      throw CursesTerminalError(
        .system,
        "the screen is drawn in a file in memory, and files may have \(limit.rlim_cur) bytes here; "
          + "allow \(Self.fileSize) with ulimit -f")
    }
    capture = cn_open_capture()
    guard capture >= 0 else {
      throw CursesTerminalError(
        .system, "there is no memory to draw in: \(TerminalDevice.message(of: errno))")
    }
    sink = TerminalSink(output)
  }

  deinit {
    _ = close(capture)
  }

  /// True if the terminal has not taken everything.
  var isWaiting: Bool { sent < bytes.count }

  /// Adds a text after what ncurses has written.
  func write(_ text: String) {
    collect()
    bytes.append(contentsOf: text.utf8)
  }

  /// Takes over what ncurses has written.
  func collect() {
    let count = lseek(capture, 0, SEEK_CUR)
    guard count > 0 else { return }
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    let read = unsafe bytes.withUnsafeMutableBytes {
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[start...])
      return unsafe pread(capture, part.baseAddress, part.count, 0)
    }
    bytes.removeLast(count - max(0, read))
    _ = lseek(capture, 0, SEEK_SET)
  }

  /// Sends what there is room for.
  func send() {
    collect()
    while isWaiting, !sink.isGone {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe sink.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
      }
      if count == 0 { break }
      sent += count
    }
    if !isWaiting || sink.isGone { drop() }
  }

  private func drop() {
    bytes = []
    sent = 0
  }

  /// Sends everything, or gives it up if the terminal takes it too slowly.
  ///
  /// - Parameter restore: What is sent then in its place; it may come after half a sequence.
  func finish(orRestore restore: String) {
    let start = SystemClock.monotonic
    var progress = start
    while true {
      let before = sent
      send()
      guard isWaiting else { return }
      let now = SystemClock.monotonic
      if sent > before { progress = now }
      guard now - progress < Self.patience, now - start < Self.endLimit else { break }
      sink.waitForRoom(milliseconds: 50)
    }
    drop()
    sink.discard()
    write(restore)
    send()
    drop()
  }
}
