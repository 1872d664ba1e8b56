import Foundation
import Synchronization

/// Interrupts the system calls of threads, again and again, by a signal whose handler does nothing
/// and does not let the kernel start them anew.
///
/// Each thread takes part by calling `join`. The signal is one that does nothing by default.
final class Interruptions: Sendable {
  private let threads = Mutex<[pthread_t]>([])
  private let isOver = Atomic<Bool>(false)
  private let ended = DispatchSemaphore(value: 0)
  private static let signal = SIGURG
  private static let count = Atomic<Int>(0)

  /// Begins to interrupt those that join.
  init() {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in
      Interruptions.count.add(1, ordering: .relaxed)
    }
    unsafe sigaction(Self.signal, &action, nil)
    Thread { [self] in
      while !isOver.load(ordering: .relaxed) {
        for thread in threads.withLock({ $0 }) { pthread_kill(thread, Self.signal) }
        sched_yield()
      }
      ended.signal()
    }.start()
  }

  /// How many handlers have run in the process.
  static var happened: Int { count.load(ordering: .relaxed) }

  /// Has this thread interrupted from now on.
  func join() {
    var one = sigset_t()
    unsafe sigemptyset(&one)
    unsafe sigaddset(&one, Self.signal)
    unsafe pthread_sigmask(SIG_UNBLOCK, &one, nil)
    threads.withLock { $0.append(pthread_self()) }
  }

  /// Ends it; the threads that joined must still be there.
  func stop() {
    isOver.store(true, ordering: .relaxed)
    ended.wait()
  }
}
