import Foundation
import Glibc

/// A pseudo terminal that nobody reads, for programs started by a test.
public final class UnreadTerminal {
  private let main: Int32
  private let terminal: Int32
  /// Its path, by which a program can have it as its standard input and output.
  public let path: String

  /// Makes one.
  public init() throws {
    var (main, terminal): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 64)
    guard unsafe openpty(&main, &terminal, &name, nil, nil) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    (self.main, self.terminal) = (main, terminal)
    // No program that is started has the other side, or a second hold of this one.
    _ = fcntl(main, F_SETFD, FD_CLOEXEC)
    _ = fcntl(terminal, F_SETFD, FD_CLOEXEC)
    _ = fcntl(main, F_SETFL, O_NONBLOCK)
    var window = winsize(ws_row: 60, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &window)
  }

  deinit {
    close(terminal)
    close(main)
  }

  /// Types.
  public func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(main, bytes, bytes.count)
  }

  /// Fills it until it takes no more, as a program does whose output nobody reads.
  public func fill() {
    _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
    let bytes = [UInt8](repeating: 0x78, count: 4_096)
    while unsafe write(terminal, bytes, bytes.count) > 0 {}
    while unsafe write(terminal, bytes, 1) > 0 {}
    _ = fcntl(terminal, F_SETFL, 0)
  }

  /// Stops it, as C-s does.
  public func stop() { _ = tcflow(terminal, TCOOFF) }

  /// The modes of the terminal, as bytes that can be compared.
  public var modes: [UInt8] {
    var modes = termios()
    _ = unsafe tcgetattr(terminal, &modes)
    return unsafe withUnsafeBytes(of: &modes) { unsafe Array($0) }
  }
}
