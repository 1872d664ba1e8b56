import CAsyncTopLinux
import Glibc

/// What a file is.
public struct FileStatus: Equatable, Sendable {
  /// The kinds of files.
  public enum Kind: String, Sendable {
    /// Data on a device or in memory.
    case regular = "a regular file"
    /// A folder.
    case folder = "a folder"
    /// A symbolic link.
    case link = "a symbolic link"
    /// A pipe, with a name or without one.
    case pipe = "a pipe"
    /// A socket.
    case socket = "a socket"
    /// A device.
    case device = "a device"
    /// What the kernel has no other word for, such as an eventfd.
    case other = "a special file"
  }

  /// What kind of file it is.
  public let kind: Kind
  /// Which file it is.
  public let identity: FileIdentity
  /// Its size in bytes.
  public let size: UInt64
  /// How many names it has.
  public let names: UInt32
  /// Whether a program in it runs as its owner or its group, whoever starts it.
  public let changesUser: Bool
  /// The user that it belongs to.
  public let owner: UInt32

  /// What a file is that is open.
  ///
  /// - Throws: Why it can't be told.
  public init(descriptor: CInt) throws(Errno) {
    try self.init(descriptor, "", follows: true)
  }

  /// What the file at a path is.
  ///
  /// Whoever serves the file is not asked, so this does not wait: not for a network either.
  ///
  /// - Parameters:
  ///   - path: Also a descriptor of another process, `/proc/<pid>/fd/<n>`.
  ///   - followsLink: Whether a symbolic link at the end of the path is followed.
  /// - Throws: Why it can't be told.
  public init(path: String, followsLink: Bool = true) throws(Errno) {
    try self.init(AT_FDCWD, path, follows: followsLink)
  }

  private init(_ folder: CInt, _ path: String, follows: Bool) throws(Errno) {
    var status = linux_file_status()
    guard unsafe linux_file_status(folder, path, follows ? 1 : 0, &status) == 0 else {
      throw Errno.last
    }
    kind =
      switch status.mode & UInt32(S_IFMT) {
      case UInt32(S_IFREG): .regular
      case UInt32(S_IFDIR): .folder
      case UInt32(S_IFLNK): .link
      case UInt32(S_IFIFO): .pipe
      case UInt32(S_IFSOCK): .socket
      case UInt32(S_IFCHR), UInt32(S_IFBLK): .device
      default: .other
      }
    identity = FileIdentity(
      device: UInt(status.device), node: UInt(status.node), isSocket: kind == .socket)
    size = status.size
    names = status.links
    owner = status.owner
    changesUser = status.mode & UInt32(S_ISUID | S_ISGID) != 0
  }
}

/// Which file something is, or is at a path at the moment.
public struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let node: UInt
  /// Whether it is a unix socket.
  public let isSocket: Bool

  init(device: UInt, node: UInt, isSocket: Bool) {
    self.device = device
    self.node = node
    self.isSocket = isSocket
  }

  /// Whether this is the file that a line of `/proc/<pid>/maps` names: `fe:01` and a number.
  func isWritten(device text: ArraySlice<UInt8>, node number: ArraySlice<UInt8>) -> Bool {
    let parts = text.split(separator: UInt8(ascii: ":")).compactMap {
      UInt32(String(decoding: $0, as: UTF8.self), radix: 16)
    }
    return parts.count == 2 && UInt(linux_device(parts[0], parts[1])) == device
      && UInt(String(decoding: number, as: UTF8.self)) == node
  }

  /// The file at a path; nil if none is there.
  public init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    node = UInt(status.st_ino)
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
  }

  /// Removes the file at a path.
  public static func remove(_ path: String) {
    _ = unsafe unlink(path)
  }
}
