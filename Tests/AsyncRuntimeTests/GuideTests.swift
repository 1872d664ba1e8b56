import Foundation
import Testing

/// The programs in the guides are compiled here, and run.
@Suite struct `Guides` {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test(arguments: [
    ("BridgingCallbacks", "Fixtures/RuntimeFixture/Guides/CallbackGuide"),
    ("GracefulShutdown", "Fixtures/RuntimeFixture/Guides/ShutdownGuide"),
    ("Subprocesses", "Fixtures/RuntimeFixture/Guides/SubprocessGuide"),
    ("TransportsAndProtocols", "Fixtures/RuntimeFixture/Guides/DatagramGuide"),
    ("TestingWithVirtualTime", "AsyncRuntimeTestingTests/CacheTests"),
  ])
  func `have the programs that are compiled`(guide: String, program: String) throws {
    let text = try Self.text("Sources/AsyncRuntime/AsyncRuntime.docc/\(guide).md")
    let blocks = text.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first?.replacingOccurrences(of: "@main ", with: "")
    }
    #expect(blocks == [try Self.text("Tests/\(program).swift")])
  }

  @Test func `show how callbacks are bridged`() async throws {
    let run = try await Fixture.run("CallbackGuide")
    #expect(run.output == ["16", "1", "4", "9", "25"])
    #expect(run.status == 0)
  }

  @Test func `show how programs are run`() async throws {
    let run = try await Fixture.run("SubprocessGuide")
    let lines = [
      "[\"b\", \"a\"] exited with 0", "100000 lines", "exited with 0 exited with 0", "ask", "again",
      "killed by TERM",
    ]
    #expect(run.output == lines)
    #expect(run.status == 0)
  }

  @Test func `show how messages are sent`() async throws {
    let run = try await Fixture.run("DatagramGuide")
    #expect(run.output == ["hello", "not delivered"])
    #expect(run.status == 0)
  }

  @Test func `show how a service ends`() async throws {
    let run = try await Fixture.run("ShutdownGuide") { process, line in
      if line == "serving" { process.terminate() }
    }
    #expect(run.output == ["serving", "ends because of signal 15", "done"])
    #expect(run.status == 0)
  }
}
