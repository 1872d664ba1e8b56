import CNCurses
import Foundation
import Glibc

/// A terminal whose other end a test reads only when it wants to.
///
/// What is written stays in the kernel until there is no more room.
final class StalledTerminal {
  let main: Int32
  let terminal: Int32

  init(columns: Int = 80, rows: Int = 24) throws {
    var (main, terminal): (Int32, Int32) = (-1, -1)
    guard unsafe openpty(&main, &terminal, nil, nil, nil) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    (self.main, self.terminal) = (main, terminal)
    resize(columns: columns, rows: rows)
    _ = fcntl(main, F_SETFL, O_NONBLOCK)
  }

  deinit {
    _ = close(main)
    _ = close(terminal)
  }

  func resize(columns: Int, rows: Int) {
    var window = winsize()
    window.ws_col = UInt16(columns)
    window.ws_row = UInt16(rows)
    _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &window)
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(main, bytes, bytes.count)
  }

  /// Everything that can be read now.
  func read() -> String {
    var all: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(main, &bytes, bytes.count)
      guard count > 0 else { return String(decoding: all, as: UTF8.self) }
      all += bytes.prefix(count)
    }
  }

  /// The modes of the terminal, as bytes that can be compared.
  var modes: [UInt8] {
    var modes = termios()
    _ = unsafe tcgetattr(terminal, &modes)
    return unsafe withUnsafeBytes(of: &modes) { unsafe Array($0) }
  }

  /// Whether writing to it waits, for all who share it.
  var waits: Bool { fcntl(terminal, F_GETFL) & O_NONBLOCK == 0 }
}
