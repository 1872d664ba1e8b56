import AsyncTopDashboard
import AsyncTopLinux

/// What a command prints, piece by piece.
enum Output {
  /// Prints what is written, with a line break at its end.
  ///
  /// - Throws: Why it can't be written: to a disk that is full, to a file that may grow no more.
  static func write(_ body: (inout TextStream) -> Void) throws {
    let state = State()
    var stream = TextStream { state.write($0) }
    body(&stream)
    stream.flush()
    if state.last != 0x0A { state.write([0x0A]) }
    // Whoever has read enough, as `head` does, wants no message.
    if let problem = state.problem, problem != .brokenPipe {
      throw CommandFailure("standard output can't be written: \(problem)")
    }
  }

  private final class State {
    var last: UInt8?
    var problem: Errno?

    /// After a failure, nothing more is written.
    func write(_ bytes: [UInt8]) {
      guard problem == nil else { return }
      last = bytes.last
      do throws(Errno) { try StandardOutput.write(bytes) } catch { problem = error }
    }
  }
}
