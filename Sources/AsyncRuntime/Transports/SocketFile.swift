import AsyncTopLinux

/// The file that a unix socket is bound to, which stays when the socket is closed unless it is
/// removed.
struct SocketFile {
  private let path: String
  private let identity: FileIdentity?

  /// The file of a socket that is bound; nil of an abstract name, which belongs to none.
  init?(path: String) {
    guard path.utf8.first != 0 else { return nil }
    self.path = path
    identity = FileIdentity(path: path)
  }

  /// Removes what a listener left that is gone; never anything but a socket.
  static func removeStale(_ path: String) {
    if FileIdentity(path: path)?.isSocket == true { FileIdentity.remove(path) }
  }

  /// Removes it, unless another file has taken its place.
  func remove() {
    if let identity, FileIdentity(path: path) == identity { FileIdentity.remove(path) }
  }
}
