import CAsyncTopLinux
import Glibc

/// A terminal for a program that this one starts, and of which this one is the user.
public final class PseudoTerminal: Sendable {
  private let ends: (user: CInt, program: CInt)

  /// Makes one of this size.
  ///
  /// - Throws: Why there is none: `tooManyFiles`, or no more terminals.
  public init(columns: Int, rows: Int) throws(Errno) {
    var ends: (CInt, CInt) = (-1, -1)
    let status = unsafe withUnsafeMutablePointer(to: &ends) {
      unsafe $0.withMemoryRebound(to: CInt.self, capacity: 2) {
        unsafe linux_pseudo_terminal($0)
      }
    }
    guard status == 0 else { throw Errno.last }
    self.ends = (ends.0, ends.1)
    resize(columns: columns, rows: rows)
  }

  deinit {
    close(ends.user)
    close(ends.program)
  }

  /// The number of the end that becomes the program's standard output.
  public var programNumber: CInt { ends.program }

  /// Gives it another size, of which the kernel tells the program by `SIGWINCH`.
  public func resize(columns: Int, rows: Int) {
    linux_set_terminal_size(ends.user, UInt16(clamping: rows), UInt16(clamping: columns))
  }

  /// Reads what the program has written.
  ///
  /// - Parameters:
  ///   - limit: The bytes read at most.
  ///   - milliseconds: How long to wait for something.
  /// - Returns: Nothing if nothing came.
  public func read(limit: Int = 65_536, milliseconds: Int32) -> [UInt8] {
    guard Program.waitReadable(ends.user, milliseconds: milliseconds) else { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = max(0, unsafe Glibc.read(ends.user, buffer.baseAddress, limit))
    }
  }
}
