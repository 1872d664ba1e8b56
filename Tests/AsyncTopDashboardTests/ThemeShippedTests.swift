import Foundation
import Testing

@testable import AsyncTopDashboard

@Suite struct `Shipped themes` {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func read(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// `high-contrast` is `highContrast`.
  static func constant(_ name: String) -> String {
    let words = name.split(separator: "-")
    return String(words[0]) + words.dropFirst().map(\.capitalized).joined()
  }

  static func source(name: String, text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "      \($0)" }
    return """
      extension ShippedThemes {
        /// `themes/\(name).theme`.
        static let \(constant(name)) = File(
          name: "\(name)",
          text: ""\("\"")
      \(lines.joined(separator: "\n"))
            ""\("\""))
      }

      """
  }

  @Test(arguments: ShippedThemes.all)
  func `what is compiled in is what the file says`(theme: ShippedThemes.File) throws {
    let text = try Self.read("themes/\(theme.name).theme")
    #expect(theme.text == text)
  }

  @Test func `every file in themes is compiled in`() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appending(path: "themes").path)
    #expect(Set(files) == Set(ShippedThemes.all.map { "\($0.name).theme" }))
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["ASYNCTOP_UPDATE_THEMES"] != nil))
  func `the compiled copies are written anew from the files`() throws {
    for theme in ShippedThemes.all {
      let text = try Self.read("themes/\(theme.name).theme")
      let constant = Self.constant(theme.name)
      let path =
        "Sources/AsyncTopDashboard/Themes/Shipped/"
        + "ShippedThemes+\(constant.prefix(1).uppercased() + constant.dropFirst()).swift"
      try Self.source(name: theme.name, text: text)
        .write(to: Self.root.appending(path: path), atomically: true, encoding: .utf8)
    }
  }

  @Test(arguments: ShippedThemes.all)
  func `it defines every key, and nothing is wrong with it`(theme: ShippedThemes.File) {
    let file = ThemeFile(parsing: theme.text)
    #expect(file.problems.isEmpty)
    #expect(file.missing.isEmpty)
    #expect(file.name == theme.name)
    #expect(file.inherits == nil)
  }

  @Test func `each is found by its name`() {
    let catalog = ThemeCatalog(environment: [:], readFile: { _ in nil })
    for theme in ShippedThemes.all {
      let loaded = catalog.load(theme.name)
      #expect(loaded.theme.name == theme.name)
      #expect(loaded.problems.isEmpty)
    }
  }
}
