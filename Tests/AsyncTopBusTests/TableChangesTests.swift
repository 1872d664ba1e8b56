import TestFixtures
import Testing

@Suite struct `The changes of tables` {
  @Test func `are the blocks of those slots that changed, for each observer`() throws {
    let run = try Fixture("ProbeFixture", "changes")
    let block = "\(run.number("block"))..<\(run.number("block") + 8)"
    #expect(run.values["same-slot"] == "true")
    #expect(run.values["at-first"] == "0..<112")
    #expect(run.values["unchanged"] == "none")
    #expect(run.values["ended"] == block)
    #expect(run.values["ended-unchanged"] == "none")
    #expect(run.values["second-at-first"] == "0..<112")
    #expect(run.values["second-armed"] == block)
    #expect(run.values["armed"] == block)
    #expect(run.values["two-blocks"] == "0..<16")
  }

  @Test func `are all slots where another observer has spoilt the epoch`() throws {
    let run = try Fixture("ProbeFixture", "changes")
    #expect(run.values["foreign"] == "0..<112")
    #expect(run.values["lowered"] == "0..<112")
    #expect(run.values["lowered-unchanged"] == "none")
  }

  @Test func `are never missed while tasks come and go on all threads`() throws {
    let run = try Fixture("ProbeFixture", "changes-under-load")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.number("compared") > 1000)
    #expect(run.number("missed") == 0)
    #expect(run.values["passes-with-less"] == "true")
  }
}
