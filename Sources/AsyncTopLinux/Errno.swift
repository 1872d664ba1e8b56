import Glibc

/// A system call's reason for failing.
public struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kernel's number, as in `errno.h`.
  public var code: CInt

  /// Makes an error of the kernel's number.
  public init(_ code: CInt) {
    self.code = code
  }

  /// The reason of this thread's last failed system call.
  public static var last: Errno { Errno(errno) }

  /// The kernel's words for it, such as `No such file or directory`.
  public var description: String {
    var text = [CChar](repeating: 0, count: 128)
    guard unsafe strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension Errno {
  /// `ENOENT`: no such file or directory.
  public static let noSuchFile = Errno(ENOENT)
  /// `ESRCH`: no such process.
  public static let noSuchProcess = Errno(ESRCH)
  /// `ECHILD`: no such child process, or somebody else has asked how it ended.
  public static let noChild = Errno(ECHILD)
  /// `EEXIST`: the file is there already.
  public static let fileExists = Errno(EEXIST)
  /// `EACCES`: the file's permissions forbid it.
  public static let accessDenied = Errno(EACCES)
  /// `EPERM`: this process may not do that.
  public static let notPermitted = Errno(EPERM)
  /// `EBUSY`: somebody else uses it.
  public static let busy = Errno(EBUSY)
  /// `EINTR`: a signal came first.
  public static let interrupted = Errno(EINTR)
  /// `ENOMEM`: there is no memory for it, or a limit forbids to take it.
  public static let noMemory = Errno(ENOMEM)
  /// `EINVAL`: an argument makes no sense to the kernel.
  public static let invalidArgument = Errno(EINVAL)
}
