import Glibc

extension Errno {
  /// Whether there is no room for more: on the device, in the user's quota, or in a file.
  public var isFull: Bool { [ENOSPC, EDQUOT, EFBIG].contains(code) }
  /// `EISDIR`: it is a folder.
  public static let isFolder = Errno(EISDIR)
  /// `EFBIG`: a file would be too large.
  public static let fileTooLarge = Errno(EFBIG)
}
