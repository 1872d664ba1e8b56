import CAsyncTopLinux
import Glibc

/// A child process, by a descriptor that stands for it and no other: a pidfd, pidfd_open(2).
///
/// The kernel keeps what became of the process until `reap` has asked for it.
public final class ProcessHandle: Sendable {
  /// Its id.
  public let id: Int32
  private let descriptor: FileDescriptor

  init(id: Int32, owning number: CInt) {
    self.id = id
    descriptor = FileDescriptor(owning: number)
  }

  /// The kernel's number of the descriptor, which can be read from once the process has ended.
  public var number: CInt { descriptor.number }

  /// Sends it a signal.
  ///
  /// - Throws: `noSuchProcess` if it has ended, `notPermitted`, `invalidArgument` for what is no
  ///   signal.
  public func send(_ signal: Int32) throws(Errno) {
    guard linux_send_signal(number, signal) == 0 else { throw Errno.last }
  }

  /// How it has ended, asked for once.
  ///
  /// - Returns: Nil while it runs.
  /// - Throws: `noChild` if somebody else in this process has asked before.
  public func reap() throws(Errno) -> ProcessEnd? {
    var code: CInt = 0
    switch unsafe linux_reap(number, &code) {
    case 0: return nil
    case 1: return .exited(code)
    case 2: return .killed(code)
    default: throw Errno.last
    }
  }
}
