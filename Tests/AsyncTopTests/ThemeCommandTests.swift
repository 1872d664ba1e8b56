import Foundation
import TestFixtures
import Testing

@Suite struct `asynctop themes` {
  static let required = ["dark", "light", "high-contrast", "color-blind", "mono"]

  @Test func `lists the shipped ones and the user's`() throws {
    let scratch = try Scratch()
    let folder = scratch.file("asynctop/themes")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try scratch.write("asynctop/themes/mine.theme", Data("inherits = \"dark\"\n".utf8))
    let run = try Command("themes", environment: ["XDG_CONFIG_HOME": scratch.path])
    #expect(run.status == 0)
    for name in Self.required { #expect(run.lines.contains(name)) }
    #expect(run.lines.contains { $0.hasPrefix("mine ") })
    let shown = try Command("themes", "mine", environment: ["XDG_CONFIG_HOME": scratch.path])
    #expect(shown.status == 0)
  }

  @Test(arguments: required)
  func `shows each role of one, plain where there is no terminal`(name: String) throws {
    let run = try Command("themes", name)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.lines.count > 20)
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func `an unknown one is an error that lists the others`() throws {
    let run = try Command("themes", "no-such-theme")
    #expect(run.status == 1)
    for name in Self.required { #expect(run.errors.contains(name)) }
  }

  @Test func `the theme files in the repository have no problems`() throws {
    let folder = Repository.root + "/themes"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".theme") }
    #expect(files.count >= Self.required.count)
    for file in files {
      let run = try Command("themes", "--check", "\(folder)/\(file)")
      #expect(run.status == 0, "\(run.output)")
      #expect(run.output.contains("no problems"))
    }
  }

  @Test func `a bad file's problems are told by line, with status 1`() throws {
    let scratch = try Scratch()
    let good = try String(contentsOfFile: Repository.root + "/themes/dark.theme", encoding: .utf8)
    let line = good.split(separator: "\n", omittingEmptySubsequences: false).count
    let file = try scratch.write(
      "bad.theme", Data((good + "no.such.role = \"#123456\"\ntext = \"#12\u{1B}[2J\"\n").utf8))
    let run = try Command("themes", "--check", file)
    #expect(run.status == 1)
    #expect(run.output.contains("\(line): "), "\(run.output)")
    #expect(run.output.contains("\(line + 1): "))
    #expect(run.output.contains("no.such.role"))
    #expect(!run.output.contains("\u{1B}"))
  }
}
