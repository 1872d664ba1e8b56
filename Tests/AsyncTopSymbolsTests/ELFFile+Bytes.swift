@testable import AsyncTopSymbols

extension ELFFile {
  /// A file of these bytes; it stays readable after its name is gone.
  init(bytes: [UInt8]) throws {
    let file = try TemporaryFile(bytes)
    try self.init(path: file.path)
    withExtendedLifetime(file) {}
  }
}
