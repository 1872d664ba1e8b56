import Glibc

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
  /// `EMFILE`: this process has too many open descriptors.
  public static let tooManyFiles = Errno(EMFILE)

  /// Whether the kernel or the process is out of descriptors or memory, which may pass.
  public var isExhaustion: Bool {
    code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM
  }
}
