import CNCurses
import Glibc
import TerminalUI

/// The few system calls a terminal takes; the only file of the module that makes any.
///
/// They are here and not in LinuxSystem because they are nothing but the terminal's: modes, size,
/// and waiting for either a key or a signal.
struct TerminalDevice {
  /// Where keys come from.
  let input: Int32
  /// Where the picture goes to.
  let output: Int32

  /// True if both are terminals.
  var isTerminal: Bool { isatty(input) == 1 && isatty(output) == 1 }

  /// The modes the terminal has now; nil if there are none to be had.
  var modes: termios? {
    var modes = termios()
    return unsafe tcgetattr(input, &modes) == 0 ? modes : nil
  }

  /// Gives the terminal modes, after what was written has been sent.
  func setModes(_ modes: termios) {
    var modes = modes
    _ = unsafe tcsetattr(input, TCSADRAIN, &modes)
  }

  /// Modes in which bytes are there when they come, and aren't shown.
  static func unbuffered(_ modes: termios) -> termios {
    var modes = modes
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO)
    return modes
  }

  /// The size; nil if the terminal doesn't know it.
  var size: Size? {
    var window = winsize()
    guard unsafe ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
      window.ws_row > 0
    else { return nil }
    return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
  }

  /// Writes all of a text, however often it takes.
  func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(output, $0.baseAddress, $0.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        _ = wait(for: output, events: Int16(POLLOUT), milliseconds: 1_000)
      } else if errno != EINTR {
        return  // The terminal is gone; there is nobody to tell.
      }
    }
  }

  /// Reads what is there; empty if there is nothing, nil if there will never be anything again.
  func read() -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe Glibc.read(input, $0.baseAddress, $0.count)
    }
    if count > 0 { return Array(bytes.prefix(count)) }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? [] : nil
  }

  /// Waits until there is something to read or a signal is noted.
  ///
  /// - Parameters:
  ///   - wake: A descriptor that becomes readable with a signal.
  ///   - milliseconds: The longest wait; negative waits for ever.
  /// - Returns: True if there is something to read, or the terminal is gone.
  func waitForInput(orWake wake: Int32, milliseconds: Int32) -> Bool {
    var waits = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
    ]
    let count = unsafe poll(&waits, 2, milliseconds)
    return count > 0 && waits[0].revents != 0
  }

  private func wait(for descriptor: Int32, events: Int16, milliseconds: Int32) -> Bool {
    var waits = [pollfd(fd: descriptor, events: events, revents: 0)]
    return unsafe poll(&waits, 1, milliseconds) > 0
  }

  /// Opens a terminal by its path, for reading and writing.
  static func open(_ path: String) throws(CursesTerminalError) -> Int32 {
    let descriptor = unsafe Glibc.open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CursesTerminalError(
        .cannotOpen,
        "\(SafeText.clean(path)) can't be opened: \(message(of: errno)); "
          + "the command tty prints the path of a terminal")
    }
    return descriptor
  }

  /// Closes a descriptor that ``open(_:)`` returned.
  static func close(_ descriptor: Int32) {
    _ = Glibc.close(descriptor)
  }

  /// Makes a stream of a copy of a descriptor, for ncurses.
  static func stream(_ descriptor: Int32, mode: String) -> UnsafeMutablePointer<FILE>? {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    return copy < 0 ? nil : unsafe fdopen(copy, mode)
  }

  /// Stops the process, as Ctrl-Z does where programs don't catch it; returns when it goes on.
  ///
  /// - Parameter wholeJob: True to stop the processes of the same group too, as the key does, so
  ///   that a shell sees its job stop.
  static func stop(wholeJob: Bool) {
    if wholeJob {
      // Ours is ignored for a moment, so that only the others get this one…
      let previous = signal(SIGTSTP, SIG_IGN)
      kill(0, SIGTSTP)
      _ = signal(SIGTSTP, previous)
    }
    // …and this thread stops at once, not some time later. In an orphaned group, which nobody could
    // continue, the kernel drops the signal.
    tg_lend(SIGTSTP)
    tg_raise(SIGTSTP)
    tg_take_back(SIGTSTP)
  }

  /// What an error number means, in the C locale's words.
  static func message(of number: Int32) -> String {
    var text = [CChar](repeating: 0, count: 128)
    return unsafe text.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return "error \(number)" }
      // The POSIX form, which returns a number.
      guard unsafe strerror_r(number, start, buffer.count) == 0 else { return "error \(number)" }
      return unsafe String(cString: start)
    }
  }
}
