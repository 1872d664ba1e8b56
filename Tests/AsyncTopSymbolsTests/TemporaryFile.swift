import Foundation

/// A file that is gone when the test is.
final class TemporaryFile {
  let path: String

  init(_ bytes: [UInt8]) throws {
    let folder = FileManager.default.temporaryDirectory
    path = folder.appendingPathComponent("symbolication-\(UUID().uuidString)").path
    try write(bytes)
  }

  func write(_ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
