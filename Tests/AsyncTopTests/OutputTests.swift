import Foundation
import Testing

@Suite struct `Where output goes` {
  @Test(arguments: [
    "ps $1", "ps $1 --json", "tree $1", "doctor", "themes", "--help", "demo --list",
  ])
  func `what can't be written is said, with status 1`(arguments: String) throws {
    let target = try Target(scenario: "native")
    for (place, reason) in [("/dev/full", "No space left"), ("&-", "Bad file descriptor")] {
      let run = try Command(shell: "$A \(arguments) >\(place)", target.id)
      #expect(run.status == 1)
      #expect(
        run.errors.hasPrefix("asynctop: standard output can't be written: \(reason)"),
        "\(run.errors)")
    }
  }

  @Test func `a reader that has seen enough is no fault`() throws {
    let target = try Target(scenario: "native")
    let run = try Command(
      shell: "for c in ps tree 'ps --json'; do $A $c $1 | head -1; done; echo ${PIPESTATUS[1]}",
      target.id)
    #expect(run.errors.isEmpty)
    #expect(run.lines.count == 4)
  }

  @Test func `nothing needs standard input or standard error`() throws {
    let target = try Target(scenario: "native")
    let run = try Command(shell: "$A ps $1 <&- 2>&-; $A attach $1 <&- 2>&-", target.id)
    #expect(run.status == 0)
    #expect(run.output.contains("packer 4"))
    let mistake = try Command(shell: "$A ps no-such-name <&- >&- 2>&-")
    #expect(mistake.status == 1)
  }

  @Test func `demo without a terminal prints summary and tree once`() throws {
    let run = try Command("demo", "native")
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    try expectSummaryAndTree(run)
    // What it started is gone.
    let process = try #require(run.output.firstMatch(of: #/process (\d+)/#)).1
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
  }

  @Test func `attach without a terminal prints summary and tree once`() throws {
    let target = try Target(scenario: "native")
    for run in [
      try Command("attach", target.id), try Command(target.id),
      try Command("attach", target.id, environment: ["NO_COLOR": "1", "TERM": "no-such-terminal"]),
    ] {
      #expect(run.status == 0)
      #expect(run.errors.isEmpty)
      try expectSummaryAndTree(run)
    }
  }

  func expectSummaryAndTree(_ run: Command) throws {
    #expect(run.output.contains(#/^asynctop, process \d+, up \d/#))
    #expect(run.output.contains(#/\d+ tasks: \d+ running, \d+ scheduled, \d+ waiting/#))
    let polls = try #require(run.output.firstMatch(of: #/(\d+)\/s polls/#))
    #expect(try #require(Int(polls.1)) > 10)
    #expect(run.output.contains("├─ audit"))
    #expect(run.output.contains("packer 4"))
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test func `doctor says what there is, with and without a target`() throws {
    let target = try Target(scenario: "native")
    let all = try Command("doctor")
    #expect(all.status == 0)
    #expect(all.output.contains("standard input and output are a terminal: no"))
    #expect(all.output.contains("\(target.id)  asynctop  all is seen"))
    let one = try Command("doctor", target.id)
    #expect(one.status == 0)
    #expect(one.output.contains("running: yes"))
    #expect(one.output.contains("native tasks: all is seen"))
    #expect(one.output.contains("nothing is missing"))
  }
}
