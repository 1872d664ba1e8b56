import AsyncTopLinux
import Foundation
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

/// Random numbers that are the same in every run: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  /// True once in so many calls.
  mutating func oneIn(_ count: UInt64) -> Bool { next() % count == 0 }
}
