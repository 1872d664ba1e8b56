import Foundation
import Testing

/// Whether the table of what an actor on another thread awaits has all that the runtime offers.
@Suite struct `The table of what is awaited` {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(of folder: String) throws -> String {
    let folder = root.appendingPathComponent(folder)
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return try (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
      .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }

  // Iterators are used by `for await`; the rest is not asynchronous itself.
  private static let leftOut: Set<String> = [
    "next", "run", "runUntilComplete", "runCoroutineThreadsafe",
  ]

  @Test func `has every public asynchronous function`() throws {
    let table = try Self.text(of: "Tests/Fixtures/RuntimeEntries")
    let sources = try Self.text(of: "Sources/AsyncRuntime")
    let signature =
      #/
      public\ (?:(?:nonisolated\(nonsending\)|final|static|mutating)\ )*
      func\ (\w+)[^{}]*?\)\s+async\b
      /#
    let names = Set(sources.matches(of: signature).map { String($0.output.1) })
    #expect(names.count > 50)
    let words = Set(table.split { !$0.isLetter && !$0.isNumber }.map(String.init))
    #expect(names.subtracting(Self.leftOut).subtracting(words) == [])
  }
}
