import CAsyncTopLinux
import Glibc

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
