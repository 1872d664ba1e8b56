import AsyncTopLinux
import Foundation
import Glibc
import Synchronization
import TestFixtures

/// A call that waits on a thread of its own and is interrupted by a signal there.
enum Interruption {
  private static let taken = Atomic<Int>(0)

  /// Interrupts a call while it waits, and only then has it go on.
  ///
  /// - Parameters:
  ///   - call: Waits in the kernel.
  ///   - release: Gives it what it waits for; called after the signal was taken.
  /// - Returns: What the call returned.
  /// - Throws: What `release` throws, and a timeout.
  static func of<Result: Sendable>(
    _ call: @escaping @Sendable () -> Result, thenBy release: () throws -> Void
  ) throws -> Result {
    // Without SA_RESTART, so that the kernel does not begin the call again by itself.
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      Interruption.taken.add(1, ordering: .relaxed)
    }
    var former = sigaction()
    unsafe sigaction(SIGURG, &action, &former)
    defer { unsafe sigaction(SIGURG, &former, nil) }
    let before = taken.load(ordering: .relaxed)

    let begun = Mutex<(thread: pthread_t, task: String)?>(nil)
    let result = Mutex<Result?>(nil)
    let thread = Thread {
      // Threads of a dispatch queue, on which a test may run, have all signals blocked.
      var signals = sigset_t()
      unsafe sigaddset(&signals, SIGURG)
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      let task = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
      begun.withLock { $0 = (pthread_self(), task ?? "") }
      let returned = call()
      result.withLock { $0 = returned }
    }
    thread.start()
    let (target, task) = try Waiting.answer("the thread did not begin") { begun.withLock { $0 } }
    try Waiting.answer("the call does not wait") { isAsleep(task) ? true : nil }
    pthread_kill(target, SIGURG)
    try Waiting.answer("no signal was taken") {
      taken.load(ordering: .relaxed) > before ? true : nil
    }
    try release()
    return try Waiting.answer("the call did not return") { result.withLock { $0 } }
  }

  private static func isAsleep(_ task: String) -> Bool {
    let text = try? String(contentsOfFile: "/proc/\(task)/stat", encoding: .utf8)
    guard let rest = text?.split(separator: ")").last else { return false }
    return rest.split(separator: " ").first == "S"
  }
}
