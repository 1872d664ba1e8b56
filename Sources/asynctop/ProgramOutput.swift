import AsyncTopDashboard
import AsyncTopLinux
import Synchronization

/// What a program writes to the terminal that it was given.
///
/// 1. A thread of its own reads all of it, so that the program never waits for us, and is the only
///    one that writes `lines`, under their lock.
/// 2. `passesOn` is set once, by whoever gives the terminal back: what comes then goes to standard
///    output.
final class ProgramOutput: Sendable {
  /// The terminal.
  let terminal: PseudoTerminal
  private let kept = Mutex(OutputLines())
  private let passesOn = Atomic<Bool>(false)
  private let isEnding = Atomic<Bool>(false)
  private let thread = Mutex<BackgroundThread?>(nil)

  /// Begins to read.
  init(_ terminal: PseudoTerminal) throws(Errno) {
    self.terminal = terminal
    let started = try BackgroundThread(name: "asynctop output") { self.read() }
    thread.withLock { $0 = started }
  }

  /// The last lines.
  var lines: OutputLines { kept.withLock { $0 } }

  /// From now on, what comes goes to standard output too.
  func passOn() { passesOn.store(true, ordering: .relaxed) }

  /// Reads what is there, and no more.
  func finish() {
    isEnding.store(true, ordering: .relaxed)
    thread.withLock { $0 }?.join()
  }

  private func read() {
    while true {
      let isLast = isEnding.load(ordering: .relaxed)
      let bytes = terminal.read(milliseconds: isLast ? 0 : 50)
      if bytes.isEmpty {
        if isLast { return }
        continue
      }
      kept.withLock { $0.append(bytes) }
      if passesOn.load(ordering: .relaxed) {
        try? DataFile(borrowing: 1).write(bytes)
      }
    }
  }
}
