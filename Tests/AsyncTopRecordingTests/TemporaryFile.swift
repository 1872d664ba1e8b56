import Foundation
import AsyncTopLinux

@testable import AsyncTopRecording

/// A file that is gone when it is not used any more.
final class TemporaryFile {
  let descriptor: Int32
  let path: String

  init(_ bytes: [UInt8] = []) throws {
    path = "/dev/shm/asynctop-test-\(UUID().uuidString).asyncrec"
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw RecordingError(opening: path, Errno.last) }
    try replace(with: bytes)
  }

  deinit {
    close(descriptor)
    unsafe unlink(path)
  }

  /// Writes all bytes anew.
  func replace(with bytes: some Collection<UInt8>) throws {
    ftruncate(descriptor, 0)
    let bytes = Array(bytes)
    guard unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
      throw RecordingError(writing: Errno.last)
    }
  }

  /// All bytes of the file.
  func contents() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  /// Opens it as a recording.
  func recording() throws -> Recording { try Recording(path: path) }
}
