import AsyncMonitoringUI
import AsyncRuntime
import AsyncTopCurses
import AsyncTopDashboard
import AsyncTopLinux
import AsyncTopTerminal

/// Waits for what happens at a terminal, as a task of our loop.
///
/// The loop watches the terminal's descriptors from the first wait until ``end()``.
final class TerminalWait {
  private let terminal: CursesTerminal
  private let happened = Event()
  private var watched: [Int32] = []

  init(_ terminal: CursesTerminal) {
    self.terminal = terminal
  }

  /// Waits until there may be an input, the terminal takes more, or the time is up.
  ///
  /// - Parameter limit: The longest wait.
  /// - Throws: `IOError` if the loop can't watch the terminal.
  nonisolated(nonsending) func wait(atMost limit: Duration) async throws {
    guard let loop = EventLoop.running else { return }
    let awaited = terminal.awaited
    if watched.isEmpty { try watch(awaited.readable, on: loop) }
    if let room = awaited.writable { try loop.addWriter(room) { [happened] in happened.set() } }
    let timer = loop.callLater(min(limit, awaited.patience ?? limit)) { [happened] in happened.set()
    }
    defer {
      timer.cancel()
      if let room = awaited.writable { loop.removeWriter(room) }
    }
    try await happened.wait()
    happened.clear()
  }

  /// Ends the watch; before the terminal is closed.
  func end() {
    for descriptor in watched { EventLoop.running?.removeReader(descriptor) }
    watched = []
  }

  private func watch(_ descriptors: [Int32], on loop: EventLoop) throws {
    for descriptor in descriptors {
      try loop.addReader(descriptor) { [happened] in happened.set() }
      watched.append(descriptor)
    }
  }
}

extension DashboardDriver {
  /// Runs on our loop until the user leaves or the terminal is gone.
  ///
  /// - Parameter terminal: The driver's.
  /// - Returns: The signal that ended it; nil for anything else.
  /// - Throws: Why the terminal can't be waited for.
  nonisolated(nonsending) mutating func run(on terminal: CursesTerminal) async throws -> Int32? {
    let wait = TerminalWait(terminal)
    defer { wait.end() }
    while true {
      switch turn(waiting: false) {
      case .ended(let signal): return signal
      case .tookInput: try await sleep(.zero)
      case .idle(let limit): try await wait.wait(atMost: limit)
      }
    }
  }

  /// What ended a wait for what is to be shown.
  enum Arrival<Value> {
    /// It is there.
    case arrived(Value)
    /// The user left, or a signal came.
    case left(signal: Int32?)
  }

  /// Shows the dashboard's frame until there is something to look at.
  ///
  /// - Parameters:
  ///   - options: How it looks, and what is waited for.
  ///   - terminal: Where; stays the caller's.
  ///   - find: Asked ten times a second, and after each input.
  /// - Returns: What was found, or how the user or a signal ended the wait.
  /// - Throws: What `find` throws; why the terminal can't be waited for.
  nonisolated(nonsending) static func wait<Value>(
    _ options: DashboardOptions, on terminal: CursesTerminal, until find: () throws -> Value?
  ) async throws -> Arrival<Value> {
    let wait = TerminalWait(terminal)
    defer { wait.end() }
    var frame = DashboardFrame(options, on: terminal)
    while true {
      if let found = try find() { return .arrived(found) }
      switch frame.turn() {
      case .ended(let signal): return .left(signal: signal)
      case .tookInput: try await sleep(.zero)
      case .idle(let limit): try await wait.wait(atMost: limit)
      }
    }
  }
}

/// The dashboard's frame with nothing in it yet.
private struct DashboardFrame {
  private let terminal: CursesTerminal
  private var model: DashboardModel
  private var drawn: CellGrid?

  init(_ options: DashboardOptions, on terminal: CursesTerminal) {
    self.terminal = terminal
    model = DashboardModel(options)
  }

  /// Draws, and takes an input if there is one.
  mutating func turn() -> DashboardDriver.Turn {
    let grid = model.draw(size: terminal.size)
    if grid != drawn { terminal.draw(grid) }
    drawn = grid
    guard let event = terminal.nextEvent(timeout: .zero) else { return .idle(.milliseconds(100)) }
    for effect in model.handle(event) {
      switch effect {
      case .quit(let signal): return .ended(signal: signal)
      case .suspend: terminal.suspend()
      case .redraw: terminal.repaint()
      case .sample, .observe: continue
      }
      drawn = nil
    }
    return .tookInput
  }
}
