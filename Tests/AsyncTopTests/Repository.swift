import Foundation

/// The tree this test was compiled from.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The number of the one line of a file in a folder that has a text in it.
  static func line(of text: String, in file: String, of folder: String = "Sources") throws -> Int {
    let source = try String(contentsOfFile: "\(root)/\(folder)/\(file)", encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let found = lines.indices.filter { lines[$0].contains(text) }
    guard found.count == 1 else { throw CocoaError(.formatting) }
    return found[0] + 1
  }
}
