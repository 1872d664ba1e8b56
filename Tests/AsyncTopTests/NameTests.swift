import Foundation
import TestFixtures
import Testing

@Suite struct `Names of processes` {
  /// Starts a monitored program under another name.
  private func start(_ name: String, in scratch: Scratch) throws -> Target {
    let path = scratch.file(name)
    // Not by this process: a child that a test starts meanwhile would have the copy open.
    #expect(try Child(["/bin/cp", Command.path, path]).wait() == 0)
    let target = try Target([path, "scenario", "native"])
    try target.wait(for: "packer 4")
    return target
  }

  @Test(arguments: [
    "more than fifteen bytes", "cut in a charaü", "line\nbreak", "a) R 1 (b", "prepended \u{600})",
    "🦊🦊🦊🦊🦊🦊",
  ])
  func `are found, whatever they are`(name: String) throws {
    let scratch = try Scratch()
    let target = try start(name, in: scratch)
    let found = try Command("ps", name, "--json")
    #expect(found.status == 0, "\(found.errors)")
    #expect(try found.listing().process.pid == target.child.id)
    #expect(try found.listing().process.running)
    let row = try #require(try Command("doctor").lines.first { $0.contains("  \(target.id)  ") })
    #expect(row.contains("all is seen"))
    if !name.contains("\u{600}") { #expect(!row.contains("\u{FFFD}"), "\(row)") }
  }

  @Test func `that the kernel cuts to the same one are told apart by the executables`() throws {
    let scratch = try Scratch()
    let one = try start("my-long-server-name one", in: scratch)
    let two = try start("my-long-server-name two", in: scratch)
    for (name, target) in [("my-long-server-name one", one), ("my-long-server-name two", two)] {
      #expect(try Command("ps", name, "--json").listing().process.pid == target.child.id)
    }
    let both = try Command("ps", "my-long-server-")
    #expect(both.status == 1)
    #expect(both.errors.contains("2 processes are named"))
    #expect(try Command("doctor").output.contains("\(one.id)  my-long-server-name one"))
  }
}
