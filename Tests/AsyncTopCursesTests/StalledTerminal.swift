import Glibc

/// A terminal whose other end a test reads only when it wants to.
///
/// What is written stays in the kernel until there is no more room.
final class StalledTerminal: TerminalEnds, @unchecked Sendable {
  override init(columns: Int = 80, rows: Int = 24) throws {
    try super.init(columns: columns, rows: rows)
    _ = fcntl(main, F_SETFL, O_NONBLOCK)
  }

  deinit {
    _ = close(main)
    _ = close(terminal)
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

  /// Whether writing to it waits, for all who share it.
  var waits: Bool { fcntl(terminal, F_GETFL) & O_NONBLOCK == 0 }
}
