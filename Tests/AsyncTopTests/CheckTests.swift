import TestFixtures
import Testing

@Suite struct `Checking a program` {
  @Test func `what is wrong is printed, and makes the status 1`() throws {
    let target = try Target(scenario: "trouble")
    try target.wait(for: "stubborn")
    let run = try Command("check", target.id, "--for", "7s")
    #expect(run.status == 1)
    #expect(run.lines.contains { $0.contains(#/^deadlock +transfer A \d+ ⇄ transfer B \d+/#) })
    #expect(run.lines.contains { $0.contains(#/^cancelled-not-ending +task \d+ “stubborn”/#) })
    let others = try Command("check", target.id, "--for", "1s", "--fail-on", "queue-grows")
    #expect(others.status == 0)
    let json = try Command("check", target.id, "--for", "1s", "--json")
    #expect(json.status == 1 && json.output.contains("\"kind\": \"deadlock\""))
  }

  @Test func `a program that does well has status 0`() throws {
    let target = try Target(scenario: "native")
    try target.wait(for: "packer")
    let run = try Command("check", target.id, "--for", "2s")
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output == "nothing found in 2.0s\n")
  }

  @Test func `a recording is looked through as a whole`() throws {
    let scratch = try `Every key of the help`.recording(of: "trouble")
    let run = try Command("check", scratch.file("session.asyncrec"))
    #expect(run.status == 1)
    #expect(run.output.contains("deadlock"))
  }

  @Test func `a kind that there is not is used wrongly`() throws {
    let run = try Command("check", "1", "--fail-on", "deadlock,nonsense")
    #expect(run.status == 2)
    #expect(run.errors.contains("no kind is named nonsense"))
  }
}

@Suite struct `Lists of sites, resources, threads and warnings` {
  @Test(arguments: [
    ("sites", "forgotten batch"), ("resources", "ledger"), ("threads", "loop"),
    ("warnings", "deadlock"), ("waits", "transfer A"),
  ])
  func `are printed as text and JSON, and all but the tree as CSV`(
    command: String, text: String
  ) throws {
    let target = try Target(scenario: "trouble")
    try target.wait(for: "stubborn")
    let plain = try Command(command, target.id)
    #expect(plain.status == 0)
    #expect(plain.output.contains(text), "\(plain.output)")
    let json = try Command(command, target.id, "--json")
    #expect(json.output.contains("\"version\": 1"))
    guard command != "waits" else { return }
    #expect(json.output.contains("\"\(command)\": ["))
    let csv = try Command(command, target.id, "--csv", "--top", "1")
    #expect(csv.lines.count == 2, "\(csv.output)")
  }
}
