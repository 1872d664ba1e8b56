/// An executable or library as it lies in the memory of a process.
public struct LoadedModule: Sendable, Hashable {
  /// Where its file was when the process loaded it, as the process itself names it.
  public let path: String
  /// What is added to an address of the file to get an address of the process.
  public let loadBias: UInt64
  /// The addresses of the process it takes.
  public let range: Range<UInt64>
  /// The identity of the build the process runs; empty if it isn't known.
  ///
  /// A file of another identity is not used: it would name the wrong functions.
  public let buildID: [UInt8]

  /// Describes a module.
  ///
  /// - Parameters:
  ///   - path: Where its file was.
  ///   - loadBias: An address of the process, less the address of the same byte in the file's own
  ///     numbering. Zero for an executable that isn't position-independent.
  ///   - range: The addresses it takes.
  ///   - buildID: The identity of the build; empty if it isn't known.
  public init(path: String, loadBias: UInt64, range: Range<UInt64>, buildID: [UInt8] = []) {
    self.path = path
    self.loadBias = loadBias
    self.range = range
    self.buildID = buildID
  }

  /// The last part of the path.
  public var name: String {
    path.split(separator: "/").last.map { String($0) } ?? path
  }

  /// The identity of the build in hexadecimal digits.
  var buildIDText: String { Self.text(buildID) }

  static func text(_ identity: [UInt8]) -> String {
    identity.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
