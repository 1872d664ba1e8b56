import Testing

@Suite struct `Sums of records' numbers` {
  private func lines(_ text: String, in path: String = "Sources/AsyncTopDashboard/A.swift") -> [Int]
  {
    ArithmeticRules.sums(SourceFile(path, text)).map(\.line)
  }

  @Test(arguments: [
    "let sum = resource.bytesIn + resource.bytesOut", "x = losses.groups + losses.resources",
    "total += other.created", "let age = snapshot.now - task.since", "f(now - $0.ended)",
    "g((snapshot.now) * 2)", "events.lost &+ 1", "1 &+ head.lost", "return 2 - (self.now)",
  ])
  func `one that traps or wraps is found`(text: String) {
    #expect(lines("\n" + text) == [2])
  }

  @Test(arguments: [
    "let sum = resource.bytesIn +| resource.bytesOut", "total +|= other.created", "a.b + c.d",
    "snapshot.groups.count + 1", "snapshot.tasks.count + snapshot.groups.count", "now + 1",
    "let text = \"a.now + b.now\"", "// a.now + b.now", "tables.groups[1] - 1",
    "x + loop.busy(at: now)", "let now = -1",
  ])
  func `what is none is left alone`(text: String) {
    #expect(lines(text) == [])
  }

  @Test func `what is reported, and coded, is left alone`() {
    let text = "a.now + b.now"
    #expect(lines(text, in: "Sources/AsyncTopBus/Reporting/A.swift") == [])
    #expect(lines(text, in: "Sources/AsyncTopRecording/Format/A.swift") == [])
    #expect(lines(text, in: "Sources/AsyncRuntime/A.swift") == [])
    #expect(lines(text, in: "Sources/AsyncTopRecording/Reading/A.swift") == [1])
    #expect(lines(text, in: "Sources/AsyncTopBus/Records/A.swift") == [1])
  }
}
