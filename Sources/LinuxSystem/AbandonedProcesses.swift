import Synchronization

/// Child processes that nobody waits for any more, so that they don't stay on the kernel's list
/// after their end for as long as this process lives.
///
/// From any thread: the list is only touched under its lock.
public enum AbandonedProcesses {
  private static let list = Mutex<[ProcessHandle]>([])

  /// Takes over a process that may still run.
  public static func add(_ process: ProcessHandle) {
    list.withLock { $0.append(process) }
  }

  /// Takes off the kernel's list those that have ended.
  ///
  /// To be called now and then; costs a system call for each that still runs.
  public static func reap() {
    list.withLock { list in
      list.removeAll { process in
        do throws(Errno) {
          return try process.reap() != nil
        } catch {
          return true
        }
      }
    }
  }
}
