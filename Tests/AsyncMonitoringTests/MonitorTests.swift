import Foundation
import AsyncTopBus
import AsyncTopRecording
import TestFixtures
import Testing

@Suite struct `Monitor in an app` {
  private static func temporaryPath() -> String {
    NSTemporaryDirectory() + "asynctop-\(UUID().uuidString).asyncrec"
  }

  @Test func `an app records itself and the recording plays`() throws {
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = try Fixture("MonitorFixture", "record", path)
    #expect(run.status == 0)
    #expect(run.number("events") > 200)
    #expect(run.number("lost") == 0)
    #expect(run.values["ending"] == "stopped")

    let recording = try Recording(path: path)
    #expect(recording.damage == nil)
    #expect(recording.isComplete)
    #expect(recording.eventCount == UInt64(run.number("events")))
    #expect(recording.marks.map(\.label) == ["half way"])
    let playback = try Playback(recording)
    playback.seek(to: try #require(recording.marks.first))
    let snapshot = playback.snapshot()
    let names = Set(snapshot.tasks.map { snapshot.name(of: $0) })
    #expect(names.contains("keeper"))
    #expect(snapshot.process.name == "MonitorFixture")
  }

  @Test func `a recording that has its greatest size says so, and counts what is in it`() throws {
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = try Fixture("MonitorFixture", "record", path, "8000")
    #expect(run.status == 0)
    #expect(run.values["ending"] == "sizeLimit")
    #expect((1...8000).contains(run.number("bytes")))
    let recording = try Recording(path: path)
    #expect(recording.damage == nil && recording.isComplete)
    #expect(recording.eventCount == UInt64(run.number("events")))
  }

  @Test func `the task tree is a text for the app`() throws {
    let run = try Fixture("MonitorFixture", "tree")
    #expect(run.lines.contains { $0.contains("sleeper") && $0.contains("waiting for timer") })
    let off = try Fixture("MonitorFixture", "tree", environment: ["ASYNCTOP": "off"])
    #expect(off.lines.last == "none")
  }

  @Test func `a signal dumps the task tree to standard error and is given back`() throws {
    let run = try Fixture("MonitorFixture", "dump")
    #expect(run.status == 0)
    #expect(run.errors.contains { $0.hasPrefix("MonitorFixture, process ") })
    #expect(run.errors.contains { $0.contains("sleeper") && $0.contains("waiting for timer") })
    #expect(run.values["handled"] == "true")
    #expect(run.values["restored"] == "true")
    #expect(run.values["taken"] == "signal")
    #expect(run.values["impossible"] == "signal")
  }

  @Test func `without a terminal there is an error, not a dashboard`() throws {
    let run = try Fixture("MonitorFixture", "present")
    #expect(run.values["failed"]?.hasPrefix("terminal: ") == true)
  }

  @Test func `with ASYNCTOP=off a signal has no tree to dump, and says so`() throws {
    let run = try Fixture("MonitorFixture", "dump", environment: ["ASYNCTOP": "off"])
    #expect(run.status == 0)
    #expect(run.errors.contains { $0.contains("are not known") && $0.contains("ASYNCTOP=off") })
    #expect(run.values["handled"] == "true")
    #expect(run.values["restored"] == "true")
  }
}
