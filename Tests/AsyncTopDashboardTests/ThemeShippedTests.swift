import AsyncTopTerminal
import AsyncTopThemes
import Foundation
import Testing

@testable import AsyncTopDashboard

@Suite struct `Shipped themes` {
  static let names = ThemeCatalog.shippedNames

  private func file(_ name: String) throws -> ThemeFile {
    ThemeFile(parsing: try #require(ShippedThemes.all.first { $0.name == name }).text)
  }

  @Test func `every file in themes is compiled in`() throws {
    let folder = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "themes")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let shipped = ShippedThemes.all + [ShippedThemes.roles]
    #expect(
      Set(files.filter { $0.hasSuffix(".theme") }) == Set(shipped.map { "\($0.name).theme" }))
    for theme in shipped {
      let path = folder.appending(path: "\(theme.name).theme")
      #expect(try String(contentsOf: path, encoding: .utf8) == theme.text)
    }
  }

  @Test(arguments: names)
  func `it has every colour or a look for every role, and nothing is wrong with it`(
    name: String
  ) throws {
    let file = try file(name)
    #expect(file.problems.isEmpty)
    #expect(file.name == name)
    #expect(try file.missing.isEmpty || self.file(#require(file.inherits)).missing.isEmpty)
  }

  @Test func `every role has a usual look, and every colour is used for one`() {
    let roles = ThemeFile(parsing: ShippedThemes.roles.text)
    #expect(roles.problems.isEmpty)
    #expect(roles.looks.count == ThemeRole.allCases.count)
    let used = roles.looks.values.flatMap { [$0.style?.foreground, $0.style?.background] }
    for color in ThemeColor.allCases { #expect(used.contains(.named(color)), "\(color)") }
  }

  @Test(arguments: names)
  func `each is found by its name`(name: String) {
    let loaded = ThemeCatalog(environment: [:], readFile: { _ in nil }).load(name)
    #expect(loaded.theme.name == name)
    #expect(loaded.problems.isEmpty)
  }
}
