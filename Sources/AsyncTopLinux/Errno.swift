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

extension Errno {
  /// Whether there is no room for more: on the device, in the user's quota, or in a file.
  public var isFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }
  /// `EISDIR`: it is a folder.
  public static let isFolder = Errno(EISDIR)
  /// `EFBIG`: a file would be too large.
  public static let fileTooLarge = Errno(EFBIG)
}

extension Errno {
  /// `EAGAIN`: nothing is there, or nothing fits, for now.
  public static let wouldBlock = Errno(EAGAIN)
  /// `EINPROGRESS`: the connection is being made.
  public static let inProgress = Errno(EINPROGRESS)
  /// `EPIPE`: the other end no longer reads.
  public static let brokenPipe = Errno(EPIPE)
  /// `ECONNRESET`: the other end broke the connection.
  public static let connectionReset = Errno(ECONNRESET)
  /// `ECONNABORTED`: a connection was gone before it was accepted.
  public static let connectionAborted = Errno(ECONNABORTED)
  /// `ECONNREFUSED`: nobody listens there.
  public static let connectionRefused = Errno(ECONNREFUSED)
  /// `ENOTCONN`: the socket has no peer.
  public static let notConnected = Errno(ENOTCONN)
  /// `EBADF`: the descriptor is closed.
  public static let badDescriptor = Errno(EBADF)
  /// `ENOTSOCK`: it is no socket.
  public static let notSocket = Errno(ENOTSOCK)
  /// `EPROTOTYPE`: it is a socket of another kind.
  public static let wrongSocketKind = Errno(EPROTOTYPE)
  /// `EADDRINUSE`: another has the address.
  public static let addressInUse = Errno(EADDRINUSE)
  /// `EADDRNOTAVAIL`: this machine does not have the address.
  public static let addressNotAvailable = Errno(EADDRNOTAVAIL)
  /// `EAFNOSUPPORT`: this machine does not have such addresses.
  public static let familyNotSupported = Errno(EAFNOSUPPORT)
  /// `EMSGSIZE`: a datagram is too large.
  public static let messageTooLong = Errno(EMSGSIZE)
  /// `ENAMETOOLONG`: a path or name is too long.
  public static let nameTooLong = Errno(ENAMETOOLONG)
  /// `ETIMEDOUT`: the other end did not answer in time.
  public static let timedOut = Errno(ETIMEDOUT)
  /// `EISCONN`: the socket is connected already.
  public static let alreadyConnected = Errno(EISCONN)
  /// `EOPNOTSUPP`: there is no such operation on it.
  public static let notSupported = Errno(EOPNOTSUPP)
  /// `ESPIPE`: it has no position, as a pipe or a socket.
  public static let illegalSeek = Errno(ESPIPE)
  /// `EMFILE`: this process has too many open descriptors.
  public static let tooManyFiles = Errno(EMFILE)

  /// Whether a connection broke, or the network to it, before it was accepted: accept(2) tells the
  /// errors of the new socket.
  public var concernsAcceptedOnly: Bool {
    [
      ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP,
      ENETUNREACH, ETIMEDOUT, EPERM,
    ].contains(code)
  }
}
