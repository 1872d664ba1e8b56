/// What the file of a program tells of how it will be started.
public struct ProgramImage: Sendable {
  /// Whether it is one for this machine's kind of processor.
  public let isForThisMachine: Bool
  /// The loader that it asks for; nil if it is complete in itself.
  public let loader: String?
  /// Whether there is Swift code in it.
  public let isSwift: Bool
  /// Whether it asks for the library of Swift's tasks.
  public let importsTasks: Bool

  /// Looks at a file.
  ///
  /// - Returns: Nil for what is no executable, such as a script.
  public init?(path: String) {
    guard let file = try? ELFFile(path: path) else { return nil }
    isForThisMachine = (try? file.contents.load(UInt16.self, at: 18)) == Self.machine
    loader = file.segments.first { $0.type == Self.interpreter }.flatMap { segment in
      (try? file.contents.part(at: segment.offset, count: segment.fileSize))?
        .string(at: 0, limit: 4096)
    }
    isSwift = ["swift5_type_metadata", "swift5_protocols", "swift5_reflstr"].contains {
      file.section(named: $0) != nil
    }
    importsTasks = Self.names(of: file).contains("libswift_Concurrency.so")
  }

  /// The texts of the dynamic linker, among which the names of the libraries are.
  private static func names(of file: ELFFile) -> [String] {
    guard let table = try? file.contents(ofSectionNamed: ".dynstr"),
      let bytes = try? table.bytes(at: 0, count: min(table.count, tableLimit))
    else { return [] }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private static let tableLimit = 16 << 20
  private static let interpreter: UInt32 = 3
  #if arch(x86_64)
    private static let machine: UInt16 = 62
  #elseif arch(arm64)
    private static let machine: UInt16 = 183
  #endif
}
