import CAsyncTopCurses
import Glibc
import AsyncTopLinux
import AsyncTopTerminal

/// The few system calls a terminal takes, except those that write (``TerminalSink``).
///
/// They are here and not in AsyncTopLinux because they are nothing but the terminal's: modes, size,
/// and waiting for either a key or a signal.
struct TerminalDevice {
  /// Where keys come from.
  let input: Int32
  /// Where the picture goes to.
  let output: Int32

  /// True if both are terminals.
  var isTerminal: Bool { isatty(input) == 1 && isatty(output) == 1 }

  /// The modes of where keys come from and of where the picture goes, mostly one terminal.
  struct Modes {
    var input: termios
    var output: termios
  }

  /// The modes the terminal has now; nil if there are none to be had.
  var modes: Modes? {
    var (input, output) = (termios(), termios())
    guard unsafe tcgetattr(self.input, &input) == 0, unsafe tcgetattr(self.output, &output) == 0
    else { return nil }
    return Modes(input: input, output: output)
  }

  /// Gives the terminal modes at once; waiting until it has taken what was written could take for
  /// ever.
  func setModes(_ modes: Modes) {
    var modes = modes
    _ = unsafe tcsetattr(output, TCSANOW, &modes.output)
    _ = unsafe tcsetattr(input, TCSANOW, &modes.input)
  }

  /// Modes in which bytes are there when they come, and aren't shown.
  static func unbuffered(_ modes: Modes) -> Modes {
    changing(modes) { $0.c_lflag &= ~tcflag_t(ICANON | ECHO) }
  }

  /// Modes in which every byte is a key, and every byte that is written is the program's.
  ///
  /// It is what ncurses calls raw, noecho and nonl. Control-S stops nothing.
  static func raw(_ modes: Modes) -> Modes {
    changing(modes) {
      $0.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
      $0.c_iflag &= ~tcflag_t(IXON | BRKINT | PARMRK | ICRNL)
      $0.c_oflag &= ~tcflag_t(ONLCR | TAB3)
    }
  }

  private static func changing(_ modes: Modes, _ change: (inout termios) -> Void) -> Modes {
    var modes = modes
    change(&modes.input)
    change(&modes.output)
    return modes
  }

  /// The extent that is drawn on; nil if the terminal doesn't know its size.
  var size: Size? {
    var window = winsize()
    guard unsafe ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
      window.ws_row > 0
    else { return nil }
    return TerminalDevice.limited(columns: Int(window.ws_col), rows: Int(window.ws_row))
  }

  /// A size within the limit.
  static func limited(columns: Int, rows: Int) -> Size {
    let limit = CursesTerminal.sizeLimit
    return Size(columns: min(columns, limit.columns), rows: min(rows, limit.rows))
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

  /// What a wait ended with.
  enum Readiness {
    /// There is something to read, or the terminal is gone.
    case input
    /// The terminal takes more.
    case room
    /// A signal is noted.
    case signal
    /// The time is up.
    case nothing
  }

  /// Waits until there is something to read, a signal is noted, or there is room for more.
  ///
  /// - Parameters:
  ///   - wake: A descriptor that becomes readable with a signal; −1 for none.
  ///   - sink: Where room is waited for; −1 if there is nothing to write.
  ///   - milliseconds: The longest wait; negative waits for ever.
  /// - Returns: What the wait ended with.
  func wait(wake: Int32, room sink: Int32, milliseconds: Int32) -> Readiness {
    var waits = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
      pollfd(fd: sink, events: Int16(POLLOUT), revents: 0),
    ]
    let count = unsafe poll(&waits, nfds_t(waits.count), milliseconds)
    guard count > 0 else { return count < 0 ? .signal : .nothing }
    return waits[0].revents != 0 ? .input : waits[1].revents != 0 ? .signal : .room
  }

  /// Opens a terminal by its path, for reading and writing.
  static func open(_ path: String) throws(CursesTerminalError) -> Int32 {
    // Opening a serial line waits for its other side otherwise.
    let descriptor = FileDescriptor.numberOpening(path, O_RDWR | O_NOCTTY | O_NONBLOCK)
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
