import CAsyncTopLinux
import Glibc
import Synchronization

/// A thread beside the app's: it takes none of the process's signals and runs no tasks.
///
/// 1. `body` is taken once, by the new thread.
/// 2. `join` may be called from any thread; the first call waits, later ones return.
/// 3. Nobody needs to join it: one that is let go of goes on, and leaves nothing when it ends.
public final class BackgroundThread: Sendable {
  private let handle: Mutex<pthread_t?>

  private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: For those who look at the threads; at most 15 bytes.
  ///   - body: What it does.
  /// - Throws: `EAGAIN` where the process may have no more threads.
  public init(name: String, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    // A fault whose signal is blocked ends the process, past the handlers that mend or report it.
    for fault in [SIGBUS, SIGSEGV, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] {
      unsafe sigdelset(&all, fault)
    }
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
    let failure = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        unsafe start.name.withCString { unsafe linux_name_thread($0) }
        start.body()
        return nil
      }, start.toOpaque())
    guard failure == 0 else {
      unsafe start.release()
      throw Errno(failure)
    }
    handle = Mutex(thread)
  }

  /// Runs a function that blocks on a thread of its own, and waits for it without blocking.
  ///
  /// Where the process may have no more threads, the function runs on the calling one.
  public static func run(name: String, _ body: @escaping @Sendable () -> Void) async {
    unsafe await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
      let work: @Sendable () -> Void = {
        body()
        unsafe continuation.resume()
      }
      if (try? BackgroundThread(name: name, work)) == nil { work() }
    }
  }

  /// Lets the calling thread sleep for a moment, for those who wait for another thread's next step.
  ///
  /// - Parameter microseconds: How long, below a million. It may be longer.
  public static func pause(microseconds: UInt32) { usleep(microseconds) }

  /// Waits until it has ended.
  public func join() {
    let thread = handle.withLock { handle in
      defer { handle = nil }
      return handle
    }
    if let thread { pthread_join(thread, nil) }
  }

  deinit {
    if let thread = handle.withLock({ $0 }) { pthread_detach(thread) }
  }
}
