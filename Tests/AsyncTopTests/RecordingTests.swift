import Foundation
import TestFixtures
import Testing

@Suite struct `Recording a process that runs` {
  let scratch: Scratch
  let target: Target
  let file: String

  init() throws {
    scratch = try Scratch()
    file = scratch.file("session.asyncrec")
    target = try Target(scenario: "native")
  }

  /// Starts a recorder and waits until it has written a part of the session, unless it ends by
  /// itself.
  func startRecorder(_ options: String...) throws -> Child {
    let recorder = try Child([Command.path, "record", target.id, "-o", file] + options)
    if options.isEmpty { try waitForSize(16_000) }
    return recorder
  }

  func waitForSize(_ size: Int) throws {
    try Waiting.answer("\(file) does not grow") { self.size >= size ? true : nil }
  }

  var size: Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: file)
    return attributes?[.size] as? Int ?? 0
  }

  /// What the recording says of the end of the session.
  func expectPlays(isComplete: Bool = true) throws {
    let end = try Command("ps", file, "--json")
    #expect(end.status == 0)
    #expect(end.errors.isEmpty || !isComplete, "\(end.errors)")
    let names = Set(try end.listing().named.keys)
    for name in ["audit", "reception", "desk", "packing hall", "packer 1", "packer 4"] {
      #expect(names.contains(name))
    }
    let played = try Command("play", file)
    #expect(played.status == 0)
    #expect(played.output.contains("packing hall"))
  }

  @Test func `a moment in it is what ps showed live at that moment`() throws {
    let recorder = try startRecorder()
    let live = try target.listing()
    let before = size
    try waitForSize(before + 8000)
    recorder.send(SIGINT)
    #expect(try recorder.wait() == 0)
    let start = try Command("ps", file, "--json", "--at", "0").listing().time
    #expect(live.time > start)
    let moment = "\(Double(live.time - start) / 1e9)s"
    let played = try Command("ps", file, "--json", "--at", moment).listing()
    #expect(abs(Int64(played.time) - Int64(live.time)) < 1_000_000)

    // A copy of the live tables takes some microseconds, in which little can happen.
    let (liveTasks, playedTasks) = (try #require(live.tasks), try #require(played.tasks))
    let difference = Set(liveTasks.map(\.id)).symmetricDifference(playedTasks.map(\.id))
    #expect(difference.count <= 2, "\(difference)")
    var compared = 0
    for task in liveTasks {
      guard let same = playedTasks.first(where: { $0.id == task.id }) else { continue }
      #expect(same.name == task.name)
      #expect(same.relation == task.relation && same.parent == task.parent)
      #expect(same.site?.line == task.site?.line)
      guard same.polls == task.polls, same.state == task.state else { continue }
      compared += 1
      #expect(same.waits_for?.kind == task.waits_for?.kind)
      #expect(same.waits_for?.id == task.waits_for?.id)
      let busy = (Int64(same.busy_ns ?? 0), Int64(task.busy_ns ?? 0))
      #expect(abs(busy.0 - busy.1) < 1_000_000)
    }
    #expect(compared >= liveTasks.count - 3)
    #expect(compared > 8)
  }

  @Test func `who waits for whom is known at any moment of it`() throws {
    let recorder = try startRecorder("--duration", "1s")
    #expect(try recorder.wait() == 0)
    for moment in ["0.1s", "0.5s", "0.9s"] {
      let listing = try Command("tree", file, "--waits", "--json", "--at", moment).listing()
      let nodes = try #require(listing.nodes)
      #expect(nodes.contains { $0.type == "task" && $0.state == "waiting" })
    }
  }

  @Test func `it is played where there is no terminal, at any moment`() throws {
    let recorder = try startRecorder("--duration", "1.5s")
    #expect(try recorder.wait() == 0)
    #expect(recorder.errors.contains(#/recorded \d+ events in \d+ bytes\n/#))
    try expectPlays()
    for moment in ["0", "700ms", "1000s"] {
      let run = try Command("play", file, "--at", moment, "--paused")
      #expect(run.status == 0)
      #expect(run.output.hasPrefix("asynctop, process \(target.id), up "))
    }
    let rates = try Command("play", file, "--at", "1.4s").output
    let polls = try #require(rates.firstMatch(of: #/(\d+)\/s polls/#)).1
    #expect(try #require(Int(polls)) > 10)
    let ages = try ["0", "500ms", "1s", "1.4s"].map {
      try #require(try Command("ps", file, "--at", $0, "--json").listing().named["audit"]?.age_ns)
    }
    #expect(ages == ages.sorted())
    #expect((1_300_000_000...1_500_000_000).contains(ages[3] - ages[0]), "\(ages)")
  }

  @Test func `the recorder is killed`() throws {
    let recorder = try startRecorder()
    recorder.send(SIGKILL)
    #expect(try recorder.wait() == 128 + SIGKILL)
    try expectPlays(isComplete: false)
    // The app does not care.
    try target.wait(for: "payment")
    // The same file is not written again unasked, and then it is.
    let again = try Command("record", target.id, "-o", file, "--duration", "200ms")
    #expect(again.status == 1)
    #expect(again.errors.contains("exists; choose another name, or say --overwrite"))
    let over = try Command("record", target.id, "-o", file, "--duration", "200ms", "--overwrite")
    #expect(over.status == 0)
    try expectPlays()
  }

  @Test func `the app is killed`() throws {
    let recorder = try startRecorder()
    target.child.send(SIGKILL)
    try target.child.wait()
    #expect(try recorder.wait() == 0)
    #expect(recorder.errors.contains("the process has ended"), "\(recorder.errors)")
    try expectPlays()
    let end = try Command("ps", file, "--json").listing()
    #expect(end.process.pid == target.child.id)
    #expect(!end.process.running)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal that asks to end closes it`(signal: Int32) throws {
    let recorder = try startRecorder()
    recorder.send(signal)
    #expect(try recorder.wait() == 0)
    try expectPlays()
  }

  @Test func `it goes through a pipe`() throws {
    for command in ["ps", "tree", "play"] {
      let run = try Command(
        shell: "$A record $1 -o - --duration 1s | $A \(command) -", target.id)
      #expect(run.status == 0)
      #expect(run.output.contains("packer 4"))
      #expect(run.output.contains("NativeProgram.swift:"))
    }
    let run = try Command(
      shell: "$A record $1 -o - --duration 1s | $A ps - --json", target.id)
    let audit = try #require(try run.listing().named["audit"])
    let live = try #require(try target.listing().named["audit"])
    #expect(audit.id == live.id)
    #expect((audit.age_ns ?? 0) < (live.age_ns ?? 0))
  }

  @Test func `it ends at a size`() throws {
    let run = try Command("record", target.id, "-o", file, "--max-size", "20K")
    #expect(run.status == 0)
    #expect(run.errors.contains("the size limit was reached"))
    #expect(size <= 20 * 1024)
    try expectPlays()
  }

  @Test func `what can't be written is said`() throws {
    for (place, reason) in [
      ("-o - >/dev/full", "No space left"), ("-o - >&-", "Bad file descriptor"),
      ("-o /dev/full", "a device"), ("-o /no/such/place", "No such file"),
      ("-o /", "a folder"), ("-o ''", "No such file"),
      ("-o - --duration 5s | true; exit ${PIPESTATUS[0]}", "nobody reads it"),
    ] {
      let run = try Command(shell: "$A record $1 \(place)", target.id)
      #expect(run.status == 1, "\(place)")
      #expect(run.errors.contains(reason), "\(run.errors)")
    }
  }

  @Test func `limits of files are said`() throws {
    for (limit, command, reason) in [
      ("-f 1", "record $1 -o \(file)", "File too large"),
      ("-n 20", "ps $1", "limit of open files is 20"),
      ("-n 20", "record $1 -o \(file)", "limit of open files is 20"),
    ] {
      let run = try Command(shell: "ulimit \(limit); $A \(command)", target.id)
      #expect(run.status == 1, "\(limit)")
      #expect(run.errors.contains(reason), "\(run.errors)")
    }
  }

  @Test func `what a process left can't be recorded, and it is said why`() throws {
    let region = scratch.file("left.region")
    let ended = try Target(scenario: "native", environment: ["ASYNCTOP_REGION": region])
    ended.child.send(SIGKILL)
    try ended.child.wait()
    let run = try Command("record", region, "-o", file)
    #expect(run.status == 1)
    #expect(run.errors.contains("the process has ended"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func `a damaged file is played up to the damage, with a message`() throws {
    let recorder = try startRecorder("--duration", "700ms")
    #expect(try recorder.wait() == 0)
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    for part in 0...8 {
      let cut = try scratch.write("cut.asyncrec", whole.prefix(whole.count * part / 8))
      expectHarmless(try Command("play", cut), isWhole: part == 8)
      var wrong = whole
      let place = (whole.count - 1) * part / 8
      wrong[place] ^= 0x55
      expectHarmless(
        try Command("ps", try scratch.write("wrong.asyncrec", wrong)), isWhole: nil)
    }
  }

  func expectHarmless(_ run: Command, isWhole: Bool?) {
    #expect(run.status == 0 || run.status == 1, "\(run.errors)")
    if run.status == 1 { #expect(run.output.isEmpty) }
    if let isWhole { #expect(run.errors.isEmpty == isWhole, "\(run.errors)") }
    if !run.errors.isEmpty { #expect(run.errors.hasPrefix("asynctop: ")) }
  }

  @Test func `--at is for recordings`() throws {
    let run = try Command("ps", target.id, "--at", "1s")
    #expect(run.status == 2)
    #expect(run.errors.contains("--at is for recordings"))
    let attach = try startRecorder("--duration", "100ms")
    try attach.wait()
    #expect(try Command("attach", file).errors.contains("try asynctop play \(file)"))
  }
}
