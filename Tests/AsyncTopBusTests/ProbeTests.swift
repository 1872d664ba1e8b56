import TestFixtures
import Testing

@Suite struct `Probe` {
  @Test func `a million polls on several threads are all accounted for`() throws {
    let run = try Fixture("ProbeFixture", "consistency")
    #expect(run.status == 0, "\(run.errors.joined(separator: "\n"))")
    #expect(run.number("polls") > 1_000_000)
    let waits = run.number("waits"), ended = run.number("ended"), running = run.number("running")
    #expect(run.number("polls") == waits + ended + running)
    #expect(run.number("created") == ended + run.number("listed"))
    // Only the main task is left, and it runs.
    #expect(run.number("listed") == 1)
    #expect(running == 1)
    // Every kind of wait occurred: for tasks, groups, continuations, actors and timers.
    for kind in 1...5 { #expect(run.number("wait-\(kind)") > 0, "kind \(kind)") }
    // A yield is a wait for nothing but a thread.
    #expect(run.number("wait-9") > 0)
    #expect(run.number("cancelled") > 1000)
    #expect(run.number("groups") == 0)
    #expect(run.number("timers") == 0)
    #expect(run.values["lossless"] == "true")
  }

  @Test func `native tasks are listed with their names, parents and waits`() throws {
    let run = try Fixture("ProbeFixture", "shapes")
    let held = run.lines.filter { $0.hasPrefix("held ") }.map { $0.dropFirst(5) }
    let expected = [
      "-|task|running|nothing|?",
      "sleeper|task|waiting|timer:true|",
      "awaiter|task|waiting|task:sleeper|",
      "owner|task|waiting|group:3|",
      "letter|task|waiting|task:|",
      "resumed|task|waiting|continuation|",
      "holder|task|running|nothing|",
      "-|let|waiting|timer:true|letter",
      "child 0|child|waiting|timer:true|owner",
      "child 1|child|waiting|timer:true|owner",
      "child 2|child|waiting|timer:true|owner",
      "queuer|task|scheduled|actor:Vault|",
    ]
    #expect(held.map(String.init).sorted() == expected.sorted())
    #expect(run.number("held-groups") == 1)
    #expect(run.number("held-timers") == 5)
    // When all have ended, only the main task is left.
    #expect(run.lines.filter { $0.hasPrefix("left ") } == ["left -|task|running|nothing|?"])
    #expect(run.number("left-groups") == 0)
    #expect(run.number("left-timers") == 0)
  }

  @Test func `a forked child reports nothing and its parent goes on`() throws {
    let run = try Fixture("ProbeFixture", "fork")
    #expect(run.number("child-status") == 0)
    #expect(run.values["parent-slots-unchanged"] == "true")
    #expect(run.values["parent-arms"] == "true")
  }

  @Test func `a ring that nobody drains keeps its newest events and counts them all`() throws {
    let run = try Fixture("ProbeFixture", "overrun")
    // 1000 marks after the two events with which the thread starts; the ring has 64 places.
    #expect(run.number("head") == 1002)
    #expect(run.values["last-kind-is-mark"] == "true")
    #expect(run.values["last-label"] == "mark 999")
  }

  @Test func `full tables count what they cannot list`() throws {
    let run = try Fixture("ProbeFixture", "full")
    #expect(run.number("listed") == 1024)
    #expect(run.number("unlisted") == 476)
    #expect(run.number("distinct") == 1024)
    #expect(run.values["listed-again"] == "true")
    #expect(run.values["groups"] == "64 36")
    #expect(run.values["groups-again"] == "true")
    #expect(run.values["resources-listed"] == "true")
    #expect(run.values["resource-unlisted"] == "true", "its id tells its kind")
    #expect(run.values["resource-again"] == "true")
    #expect(run.values["strings-bounded"] == "true")
    #expect(run.values["sites-bounded"] == "true")
    #expect(run.number("site-unknown-when-full") == 0)
  }

  @Test func `async backtraces are stored once each, as far as there is room`() throws {
    let run = try Fixture("ProbeFixture", "stacks")
    // Each of the two waits of the loop's function is first seen in another round.
    #expect(run.number("loop-adds") < 20)
    #expect(run.number("itself-frames") < 20, "a function that calls itself is one frame")
    #expect(run.values["itself-cut"] == "false")
    #expect(run.number("mutual-frames") == 64)
    #expect(run.values["mutual-cut"] == "true")
    #expect(run.number("group-spawned") == 2)
    #expect(run.values["stacks-bounded"] == "true")
    #expect(run.values["stacks-full"] == "true")
    #expect(run.number("late-stack") == 0)
  }

  @Test func `threads hand their workers on, and those beyond the limit are counted`() throws {
    let run = try Fixture("ProbeFixture", "threads")
    #expect(run.number("sequential-lost") == 0)
    #expect(run.number("sequential-workers") <= 255)
    #expect(run.number("parallel-workers") == 256)
    #expect(run.number("parallel-lost") == 45)
    #expect(run.number("slots-lost") <= 128)
    #expect(run.number("timers-left") == 0)
  }

  @Test func `events are written under a lease only`() throws {
    let run = try Fixture("ProbeFixture", "lease")
    #expect(run.number("unobserved") == 0)
    #expect(run.number("observed") == 1)
    #expect(run.number("expired") == 1)
  }

  @Test func `ASYNCTOP=off leaves the process without a region`() throws {
    let run = try Fixture("ProbeFixture", "consistency", environment: ["ASYNCTOP": "off"])
    #expect(run.status == 0)
    #expect(run.values["started"] == "false")
    #expect(run.values["polls"] == nil)
  }
}
