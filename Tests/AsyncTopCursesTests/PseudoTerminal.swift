import CAsyncTopCurses
import Foundation
import Glibc
import Synchronization
import AsyncTopTerminal

@testable import AsyncTopCurses

/// A terminal that a test holds the other end of.
///
/// A thread reads what is drawn, so that drawing never blocks; the test asks for it after a mark it
/// has written itself, so that it knows that nothing is still on its way.
///
/// 1. `received` is written by the reading thread and read by the test, under the condition's lock.
/// 2. The test closes the terminal's side; the reading thread sees the end and closes the main
///    side, so that it never reads from a number that has come to mean another file.
final class PseudoTerminal: TerminalEnds, @unchecked Sendable {
  private let condition = NSCondition()
  private var received: [UInt8] = []
  private var markCount = 0
  private var isHangingUp = false

  override init(columns: Int = 80, rows: Int = 24) throws {
    try super.init(columns: columns, rows: rows)
    Thread.detachNewThread { [self] in drain() }
  }

  private func drain() {
    defer { _ = Glibc.close(main) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(main, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 || condition.withLock({ isHangingUp }) { return }
      condition.withLock {
        received += bytes.prefix(count)
        condition.broadcast()
      }
    }
  }

  /// Returns what has been drawn since the last call.
  func output() -> String {
    markCount += 1
    let mark = Array("<mark \(markCount)>".utf8)
    _ = unsafe write(terminal, mark, mark.count)
    let limit = Date(timeIntervalSinceNow: 10)
    return condition.withLock {
      while !received.suffix(mark.count).elementsEqual(mark) {
        guard condition.wait(until: limit) else { return "the mark did not arrive" }
      }
      defer { received = [] }
      return String(decoding: received.dropLast(mark.count), as: UTF8.self)
    }
  }

  /// Ends the connection, as closing a window does.
  func hangUp() {
    condition.withLock { isHangingUp = true }
    // The reading thread holds the descriptor; this wakes it.
    _ = unsafe write(terminal, "x", 1)
  }

  func close() {
    _ = Glibc.close(terminal)
  }
}

/// Both ends of a pseudo terminal; who makes it closes them.
///
/// 1. Nothing in it changes; what a subclass adds has rules of its own.
class TerminalEnds: @unchecked Sendable {
  let main: Int32
  let terminal: Int32

  init(columns: Int, rows: Int) throws {
    var (main, terminal): (Int32, Int32) = (-1, -1)
    guard unsafe openpty(&main, &terminal, nil, nil, nil) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    (self.main, self.terminal) = (main, terminal)
    resize(columns: columns, rows: rows)
  }

  final func resize(columns: Int, rows: Int) {
    var window = winsize()
    window.ws_col = UInt16(columns)
    window.ws_row = UInt16(rows)
    _ = unsafe ioctl(main, UInt(TIOCSWINSZ), &window)
  }

  /// Types.
  final func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(main, bytes, bytes.count)
  }

  /// The modes of the terminal, as bytes that can be compared.
  final var modes: [UInt8] {
    var modes = termios()
    _ = unsafe tcgetattr(terminal, &modes)
    return unsafe withUnsafeBytes(of: &modes) { unsafe Array($0) }
  }
}

extension CursesTerminal {
  /// Draws, and waits until all of it is sent.
  func drawAll(_ grid: CellGrid) {
    draw(grid)
    while output.isWaiting, !output.sink.isGone {
      output.sink.waitForRoom(milliseconds: 1_000)
      goOnDrawing()
    }
  }
}
