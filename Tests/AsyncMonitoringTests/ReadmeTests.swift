import Foundation
import TestFixtures
import Testing

@Suite struct `README` {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The fenced blocks of a language.
  private static func blocks(_ language: String, in text: String) -> [String] {
    text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
  }

  @Test func `its program is the one that is compiled here`() throws {
    let readme = try Self.text("README.md")
    let example = try Self.text("Tests/Fixtures/ReadmeExample/Service.swift")
    #expect(Self.blocks("swift", in: readme) == [example])
  }

  @Test func `the program of the monitor's documentation is compiled here`() throws {
    let article = try Self.text("Sources/AsyncMonitoring/AsyncMonitoring.docc/AsyncMonitoring.md")
    let example = try Self.text("Tests/Fixtures/MonitorExample/Example.swift")
    #expect(Self.blocks("swift", in: article) == [example])
  }

  @Test func `its program runs and ends by itself`() throws {
    let run = try Fixture("ReadmeExample")
    #expect(run.status == 0)
  }

  @Test func `what it links to is there`() throws {
    let readme = try Self.text("README.md")
    let links = readme.matches(of: #/\]\(([^)]+)\)/#).map { String($0.1) }
    #expect(links.count >= 3)
    for link in links {
      let path = Self.root.appendingPathComponent(link).path
      #expect(FileManager.default.fileExists(atPath: path), "\(link)")
    }
  }

  @Test func `it has one command to run and one to test`() throws {
    let commands = Self.blocks("sh", in: try Self.text("README.md"))
    #expect(commands.count == 2)
    #expect(commands.first?.hasSuffix("swift run -c release asynctop demo\n") == true)
    #expect(commands.last?.hasSuffix("swift test --no-parallel\n") == true)
  }
}
