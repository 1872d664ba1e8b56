import Synchronization

/// Child processes that nobody waits for any more, so that they don't stay on the kernel's list
/// after their end for as long as this process lives.
///
/// 1. From any thread: the list is only touched under its lock.
/// 2. One thread takes them off the kernel's list. It lives while the list has any; `isWatched`
///    says whether it does, and whoever sets it starts it.
public enum AbandonedProcesses {
  private struct State {
    var processes: [ProcessHandle] = []
    var isWatched = false
  }

  private static let state = Mutex(State())

  /// Takes over a process that may still run.
  public static func add(_ process: ProcessHandle) {
    let needsThread = state.withLock { state in
      state.processes.append(process)
      defer { state.isWatched = true }
      return !state.isWatched
    }
    guard needsThread else { return }
    do throws(Errno) {
      _ = try BackgroundThread(name: "reaper", watch)
    } catch {
      // No thread to be had: the next one that is added tries again.
      state.withLock { $0.isWatched = false }
    }
  }

  // Looks at all of them when the oldest has ended, and twice a second.
  private static func watch() {
    while let oldest = reap() { Program.waitReadable(oldest.number, milliseconds: 500) }
  }

  // Returns the oldest that still runs.
  private static func reap() -> ProcessHandle? {
    state.withLock { state in
      state.processes.removeAll { process in
        do throws(Errno) {
          return try process.reap() != nil
        } catch {
          return true
        }
      }
      if state.processes.isEmpty { state.isWatched = false }
      return state.processes.first
    }
  }
}
