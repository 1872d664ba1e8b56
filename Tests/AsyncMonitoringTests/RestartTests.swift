import Foundation
import Glibc
import AsyncTopBus
import AsyncTopRecording
import TestFixtures
import Testing

/// A service that records itself at each of its starts, by README's line.
@Suite struct `A service that records itself` {
  let scratch: Scratch
  var path: String { scratch.file("s.asyncrec") }

  init() throws { scratch = try Scratch() }

  private func start(keeping: Int? = nil) throws -> Fixture {
    // No number: all are kept.
    let number = keeping.map { "\($0)" } ?? "all"
    return try Fixture("MonitorFixture", "serve", path, number)
  }

  private var files: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: scratch.path)) ?? []).sorted()
  }

  private func process(_ name: String) throws -> Int32 {
    let recording = try Recording(path: scratch.file(name))
    #expect(recording.damage == nil)
    return try Playback(recording).snapshot().process.id
  }

  @Test func `starts again and again, and loses no earlier recording`() throws {
    for _ in 0..<3 {
      let run = try start()
      #expect(run.status == 0)
      #expect(run.errors.isEmpty, "\(run.errors)")
      #expect(run.values["served"] == "true")
    }
    #expect(files == ["s.1.asyncrec", "s.2.asyncrec", "s.asyncrec"])
    #expect(Set(try files.map(process)).count == 3)
  }

  @Test func `keeps as many as it was told to`() throws {
    _ = try scratch.write("s.0.asyncrec", Data("no recording".utf8))
    for _ in 0..<5 { #expect(try start(keeping: 2).status == 0) }
    #expect(files == ["s.0.asyncrec", "s.3.asyncrec", "s.4.asyncrec", "s.asyncrec"])
    #expect(try start(keeping: 0).status == 0)
    #expect(files == ["s.0.asyncrec", "s.asyncrec"])
    #expect(scratch.text("s.0.asyncrec") == "no recording")
  }

  @Test func `starts while the one before it still writes, which is whole nevertheless`() throws {
    let first = try Child([Fixture.path(of: "MonitorFixture").path, "record", path])
    try Waiting.answer("nothing is recorded") {
      (scratch.text("s.asyncrec") ?? "").isEmpty ? nil : 1
    }
    #expect(try start().status == 0)
    #expect(try first.wait() == 0, "\(first.errors)")
    #expect(try process("s.1.asyncrec") == first.id)
    #expect(try process("s.asyncrec") != first.id)
  }

  private func exposed(_ environment: [String: String]) throws -> Fixture {
    try Fixture(
      "MonitorFixture", "exposed", environment: ["ASYNCTOP": "on"].merging(environment) { $1 })
  }

  @Test func `needs no line for that: the environment has the file`() throws {
    for _ in 0..<4 {
      let run = try exposed(["ASYNCTOP_RECORD": path, "ASYNCTOP_RECORD_KEEPING": "2"])
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      #expect(run.values["status"]?.hasPrefix("\(path): stopped, ") == true, "\(run.lines)")
    }
    #expect(files == ["s.2.asyncrec", "s.3.asyncrec", "s.asyncrec"])
    #expect(Set(try files.map(process)).count == 3)
    let small = try exposed(["ASYNCTOP_RECORD": path, "ASYNCTOP_RECORD_SIZE": "1"])
    #expect(small.status == 0 && small.values["status"]?.contains("stopped") == false)
    #expect(try exposed(["ASYNCTOP_RECORD": ""]).values["status"] == "none")
  }

  @Test(arguments: [
    (["ASYNCTOP": "off"], "ASYNCTOP=off"), (["ASYNCTOP_RECORD": "/dev/null"], "a device"),
    (["ASYNCTOP_RECORD_SIZE": "1OOM"], "ASYNCTOP_RECORD_SIZE=1OOM is not a size"),
    (["ASYNCTOP_RECORD_SIZE": "99999999999999G"], "is not a size"),
    (["ASYNCTOP_RECORD_KEEPING": "-1"], "ASYNCTOP_RECORD_KEEPING=-1 is not a number"),
  ])
  func `goes on where the environment asks for what can't be`(
    variables: [String: String], reason: String
  ) throws {
    _ = try scratch.write("s.asyncrec", Data("of somebody else".utf8))
    let run = try exposed(["ASYNCTOP_RECORD": path].merging(variables) { $1 })
    #expect(run.status == 0)
    #expect(run.errors.count == 1 && run.errors.first?.contains(reason) == true, "\(run.errors)")
    #expect(run.values["status"]?.contains("failed: ") == true)
    #expect(files == ["s.asyncrec"] && scratch.text("s.asyncrec") == "of somebody else")
  }

  @Test func `goes on where nothing can be recorded, and says why`() throws {
    let places: [(String, [String: String], reason: String)] = [
      (path, ["ASYNCTOP": "off"], "ASYNCTOP=off"),
      (scratch.file("none/s.asyncrec"), [:], "No such file"),
      ("/dev/null", [:], "a device"), (scratch.path, [:], "a folder"), ("/proc/s", [:], "can't be"),
    ]
    for (place, environment, reason) in places {
      let run = try Fixture("MonitorFixture", "serve", place, environment: environment)
      #expect(run.status == 0)
      #expect(run.values["served"] == "false")
      #expect(run.values["failed"]?.contains(reason) == true, "\(run.lines)")
      let errors = run.errors.filter { $0.contains("this process is not recorded: ") }
      #expect(errors.count == 1 && errors.allSatisfy { $0.contains(reason) }, "\(run.errors)")
    }
    #expect(files.isEmpty)
  }

  @Test func `goes on when nothing more can be written, and when nobody hears of it`() throws {
    let program = Fixture.path(of: "MonitorFixture").path
    // A limit on the size of files; then with a standard error that is closed or that nobody reads.
    for line in ["", "2>&-", "2> >(exec <&-; exec sleep 1)"] {
      let run = try Child(
        ["/bin/bash", "-c", "exec \"$0\" record-limited \"$1\" \(line)", program, path])
      #expect(try run.wait() == 0, "\(line)")
      #expect(run.output.contains("events"))
      if line.isEmpty { #expect(run.errors.contains("the recording of this process ends: ")) }
    }
  }
}
