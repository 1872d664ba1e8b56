import Glibc

/// A file that is written from its beginning.
public final class OutputFile: Sendable {
  /// The descriptor to write to; closed with the last reference.
  public let descriptor: Int32

  /// Makes a file that only its owner may read.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - overwrites: Whether a file that is there, and not empty, may be replaced.
  /// - Throws: Why it can't be made; `fileExists` if it is there.
  public init(path: String, overwrites: Bool) throws(Errno) {
    let number = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw Errno.last }
    var status = stat()
    guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(number)
      throw .invalidArgument
    }
    guard overwrites || status.st_size == 0 else {
      close(number)
      throw .fileExists
    }
    guard ftruncate(number, 0) == 0 else {
      let reason = Errno.last
      close(number)
      throw reason
    }
    descriptor = number
  }

  deinit {
    close(descriptor)
  }
}
