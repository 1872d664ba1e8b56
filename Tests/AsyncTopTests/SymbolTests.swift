import Foundation
import TestFixtures
import Testing

/// A program whose file is replaced, as by every deployment.
@Suite struct `Symbols of a program` {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("app")
    // Not by this process: a child that a test starts meanwhile would have the copy open.
    try #require(try Child(["/bin/cp", Command.path, path]).wait() == 0)
  }

  private func start(_ environment: [String: String] = [:]) throws -> Target {
    let target = try Target([path, "scenario", "native"], environment: environment)
    try target.wait(for: "packer 4")
    return target
  }

  private func replaceProgram() throws {
    let other = Fixture.path(of: "NamesFixture").path
    try #require(try Child(["/bin/cp", other, path + ".new"]).wait() == 0)
    try #require(try Child(["/bin/mv", path + ".new", path]).wait() == 0)
  }

  @Test func `stay what they were when its file is replaced or removed`() throws {
    let target = try start()
    let before = try #require(try target.listing().named["packer 4"]?.site)
    #expect(before.file.hasSuffix(".swift"))
    #expect(before.line > 0)
    try replaceProgram()
    for _ in 0..<2 {
      let after = try #require(try target.listing().named["packer 4"]?.site)
      #expect(after.function == before.function)
      #expect(after.line == before.line)
      #expect(try Command("doctor", target.id).output.contains("nothing is missing"))
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func `are not taken from a new file once it has ended`() throws {
    let region = scratch.file("region")
    let target = try start(["ASYNCTOP_REGION": region])
    target.child.send(SIGKILL)
    try target.child.wait()
    try replaceProgram()
    let listing = try Command("ps", region, "--json").listing()
    let site = try #require(listing.named["packer 4"]?.site)
    #expect(site.function.hasPrefix("app+0x"))
    // The same build, wherever it is kept, tells what the new file can't.
    let kept = scratch.file("kept")
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: kept + "/app", withDestinationPath: Command.path)
    let named = try Command("ps", region, "--json", "--symbols", kept).listing()
    #expect(named.named["packer 4"]?.site?.line ?? 0 > 0)
    let variable = try Command("ps", region, "--json", environment: ["ASYNCTOP_SYMBOLS": kept])
    #expect(try variable.listing().named["packer 4"]?.site?.line ?? 0 > 0)
    #expect(site.line == 0)
    let doctor = try Command("doctor", region)
    #expect(doctor.output.contains("not known: "))
    #expect(doctor.output.contains(path))
    #expect(!doctor.output.contains("nothing is missing"))
  }

  @Test func `of a stripped program are recorded from a folder that the user named`() throws {
    try #require(
      try Child(["/usr/bin/env", "llvm-objcopy", "--strip-all", Command.path, path]).wait() == 0)
    let kept = scratch.file("kept")
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: kept + "/app.debug", withDestinationPath: Command.path)
    let target = try start()
    let file = scratch.file("session.asyncrec")
    func recordedLine(_ options: String...) throws -> UInt64 {
      let record = ["record", target.id, "-o", file, "--overwrite", "--duration", "1s"]
      try #require(try Child([Command.path] + record + options).wait() == 0)
      let listing = try Command("ps", file, "--json").listing()
      return UInt64(try #require(listing.named["packer 4"]?.site).line)
    }
    #expect(try recordedLine() == 0)
    #expect(try recordedLine("--symbols", kept) > 0)
  }
}
