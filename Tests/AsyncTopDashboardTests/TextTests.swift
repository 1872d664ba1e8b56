import AsyncTopDashboard
import Foundation
import AsyncTopBus
import AsyncTopInsight
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `A session as text` {
  let insight = Insight(TestSession.server().snapshot(), places: LocationBook())

  @Test func `tasks are lines of columns as wide as they must be`() {
    let expected = """
      STATE               ID  NAME       AGE   BUSY  SCHED  IDLE  POLLS  WAITS FOR        \
                                SINCE  AT                            SITE
      waiting              1  main      2.0s  2.0ms      0  2.0s      1  group “clients” \
      of 3, 3 running             2.0s                                main.swift:3
      waiting              2  client 2  2.0s  150µs      0  2.0s      1  lock “accounts” \
      held by task 3 “client 3”   2.0s  Client.swift:42 Client.run()  Client.swift:42
      """
    #expect(
      Array(PlainText.list(TaskList.self, insight).prefix(3)).joined(separator: "\n") == expected)
  }

  @Test func `a filter and a column choose and order the lines`() {
    var options = ListOptions(filter: TextFilter("client "), column: "busy")
    func names() -> [String] {
      PlainText.list(TaskList.self, insight, options).dropFirst().map {
        String($0.dropFirst(24).prefix(8))
      }
    }
    #expect(names() == ["client 4", "client 3", "client 2"])
    options.isReversed = true
    #expect(names() == ["client 2", "client 3", "client 4"])
  }

  @Test func `the tree is drawn with lines`() {
    let expected = """
      main  [1] waiting for group “clients” of 3, 3 running, 2.0s  (main.swift:3)
      └─ group “clients”  3 running, 3 spawned, 0 ended  (Listener.swift:20)
         ├─ client 2  [2] waiting for lock “accounts” held by task 3 “client 3”, 2.0s, \
      at Client.swift:42 Client.run()  (Client.swift:42)
         ├─ client 3  [3] waiting for timer in 28s, 2.0s, at Client.swift:42 Client.run()  \
      (Client.swift:42)
         │  └─ accept()  [5] scheduled, 43ms  (Listener.swift:20)
         └─ client 4  [4] running, cancelled, 3.0ms  (Client.swift:42)
      """
    #expect(PlainText.tree(insight).joined(separator: "\n") == expected)
    #expect(PlainText.tree(insight, glyphs: .ascii)[1].hasPrefix("`- group"))
  }

  @Test func `what is waited for stands above who waits`() {
    let expected = """
      client 3  [3] waiting for timer in 28s, 2.0s, at Client.swift:42 Client.run()
      └─ lock “accounts”  held for 2.0s, 1 waits
         └─ client 2  [2] waiting, 2.0s, at Client.swift:42 Client.run()
            └─ group “clients”  ends with this task and 2 others  (Listener.swift:20)
               └─ main  [1] waiting, 2.0s
      """
    #expect(PlainText.waits(insight).joined(separator: "\n") == expected)
  }

  @Test func `a deadlock comes first, and says where it closes`() {
    let session = TestSession()
    session.create(1, "A").create(2, "B").create(3, "C")
    let (door, gate) = (
      session.createResource(.lock, "door", holder: 1),
      session.createResource(.lock, "gate", holder: 2)
    )
    let site = session.source("App/Transfer.swift", 7, "transfer()")
    session.run(1, for: .milliseconds(1), thenWait: .resource(gate), site: site)
    session.run(2, for: .milliseconds(1), thenWait: .resource(door), site: site)
    session.run(3, for: .milliseconds(1), thenWait: .resource(gate), site: site)
    session.advance(.seconds(1))
    let expected = """
      A  [1] deadlocked, waiting for lock “gate” held by task 2 “B”, 1st in line, 1.0s, \
      at Transfer.swift:7 transfer()
      └─ lock “door”  held for 1.0s, 1 waits
         └─ B  [2] deadlocked, waiting, 1.0s, at Transfer.swift:7 transfer()
            └─ lock “gate”  held for 1.0s, 2 wait, task 1 “A” above waits for it
               └─ C  [3] waiting, 2nd in line, 1.0s, at Transfer.swift:7 transfer()
      """
    let insight = Insight(session.snapshot(), places: LocationBook())
    #expect(PlainText.waits(insight).joined(separator: "\n") == expected)
  }

  @Test func `a stream that nobody reads fast enough is told with who has its ends`() {
    let session = TestSession()
    session.create(1, "indexer").create(2, "tail")
    let streams = [
      ResourceRecord(
        stream: 0x7f00_1000, of: "Event", depth: 123_456, capacity: 0, reader: 1, writer: 2),
      ResourceRecord(
        stream: 0x7f00_2000, of: "", depth: 1000, capacity: 1000, reader: 0, writer: 0),
      ResourceRecord(stream: 0x7f00_3000, of: "Int", depth: 999, capacity: 0, reader: 0, writer: 0),
    ]
    let insight = Insight(session.snapshot().adding(streams), places: LocationBook())
    let lines = PlainText.waits(insight)
    #expect(
      lines.contains(
        "stream of Event  123456 buffered, no limit, read by task 1 “indexer”, written by task 2"
          + " “tail”"))
    #expect(lines.contains("stream  1000 of 1000 buffered"))
    #expect(!lines.contains { $0.contains("999") })
    #expect(
      PlainText.warnings(insight).contains(
        "a stream of Event holds 123456 elements, read by task 1 “indexer”, written by task 2"
          + " “tail”, 1 more"))
  }

  @Test func `what a cancelled task waits for is told before that it was cancelled`() {
    let session = TestSession()
    session.create(1, "stubborn")
    let timer = session.arm(in: .seconds(59), .sleep, owner: 1)
    session.run(1, for: .milliseconds(1), thenWait: .timer(timer))
    session.cancel(1)
    let line = PlainText.tree(Insight(session.snapshot(), places: LocationBook()))[0]
    #expect(line.hasPrefix("stubborn  [1] waiting for timer in 59s, cancelled"))
  }

  @Test func `timers say what is left`() {
    let expected: [String] = [
      "LEFT  KIND   OWNER              SITE                     ID",
      " 28s  sleep  task 3 “client 3”  Client.swift:42  4294967296",
    ]
    #expect(PlainText.list(TimerList.self, insight) == expected)
  }

  @Test func `the summary says what matters, and what is missing`() {
    let session = TestSession.server()
    session.loseTasks(3)
    session.advance(.seconds(1))
    let insight = Insight(session.snapshot(), places: LocationBook())
    let expected: [String] = [
      "server, process 4242, up 3.0s",
      "5 tasks: 1 running, 1 scheduled, 3 waiting, 1 cancelled; 1 group, 1 timer, 1 resource",
      "0/s polls, 0/s created, 0/s wakes", "lag 1.0s, at worst 1.0s in two minutes",
      "task 4 blocks thread 100 for 1.0s",
      "task 5 gets no thread for 1.0s: threads held by task 4 “client 4” for 1.0s",
      "3 tasks unlisted",
    ]
    #expect(PlainText.summary(insight, rates: SessionRates()) == expected)
  }

  @Test func `nothing unsafe gets into a pipe`() {
    let session = TestSession()
    session.create(1, "a\u{1B}[2Jb\nc\u{202E}")
    let insight = Insight(session.snapshot(), places: LocationBook())
    for line in PlainText.list(TaskList.self, insight) + PlainText.tree(insight) {
      #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
    }
  }
}

@Suite struct `A session as JSON` {
  let insight = Insight(TestSession.server().snapshot(), places: LocationBook())

  func parse(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `tasks have what the table has, in nanoseconds`() throws {
    let document = try parse(JSONText.list(TaskList.self, insight))
    #expect(document["version"] as? Int == 1)
    #expect((document["process"] as? [String: Any])?["pid"] as? Int == 4242)
    let tasks = try #require(document["tasks"] as? [[String: Any]])
    #expect(tasks.map { $0["id"] as? Int } == [1, 2, 3, 4, 5])
    #expect(tasks[1]["name"] as? String == "client 2")
    #expect(tasks[1]["busy_ns"] as? Int == 150_000)
    #expect((tasks[1]["waits_for"] as? [String: Any])?["kind"] as? String == "resource")
    let wait = try #require(tasks[1]["waits_for"] as? [String: Any])
    #expect(wait["resource"] as? String == "lock" && wait["name"] as? String == "accounts")
    #expect(wait["holder"] as? Int == 3 && wait["held_ns"] is Int && wait["place"] as? Int == 1)
    #expect((tasks[1]["site"] as? [String: Any])?["line"] as? Int == 42)
    #expect(tasks[3]["cancelled"] as? Bool == true)
    #expect(tasks[3]["waits_for"] is NSNull)
  }

  @Test func `a node of the tree names its owner's place in the list`() throws {
    let nodes = try #require(try parse(JSONText.tree(insight))["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["owner"] as? Int } == [nil, 0, 1, 1, 3, 1])
    #expect(nodes.map { $0["type"] as? String }.dropFirst().first == "group")
    #expect(nodes.map { $0["depth"] as? Int } == [0, 1, 2, 2, 3, 2])
  }

  @Test func `a node of the waits names the place of what it waits for`() throws {
    let nodes = try #require(try parse(JSONText.waits(insight))["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["type"] as? String } == ["task", "resource", "task", "group", "task"])
    #expect(nodes.map { $0["blocker"] as? Int } == [nil, 0, 1, 2, 3])
    #expect(nodes.map { $0["blocked"] as? Int } == [2, 2, 1, 1, 0])
    #expect(nodes[1]["name"] as? String == "accounts" && nodes[1]["holder"] as? Int == 3)
    let wait = nodes[2]["waits_for"] as? [String: Any]
    #expect(wait?["holder"] as? Int == 3 && wait?["place"] as? Int == 1)
    #expect((wait?["site"] as? [String: Any])?["line"] as? Int == 42)
  }

  @Test func `tasks that wait for each other are listed as circles`() throws {
    let session = TestSession()
    session.create(1).create(2)
    session.run(1, for: .milliseconds(1), thenWait: .task(2))
    session.run(2, for: .milliseconds(1), thenWait: .task(1))
    let text = JSONText.waits(Insight(session.snapshot(), places: LocationBook()))
    let circles = try #require(try parse(text)["circles"] as? [[[String: Any]]])
    #expect(circles.map { $0.map { $0["id"] as? Int } } == [[1, 2]])
    let nodes = try #require(try parse(text)["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["deadlocked"] as? Bool } == [true, true])
  }

  @Test func `timers have what is left`() throws {
    let timers = try #require(
      try parse(JSONText.list(TimerList.self, insight))["timers"] as? [[String: Any]])
    #expect(timers.count == 1)
    #expect(timers[0]["owner"] as? Int == 3)
  }

  @Test func `names are escaped, and come back as they were`() throws {
    let name = "a\"b\\c\u{1B}[31m\n\t\u{202E}é😀"
    let session = TestSession()
    session.create(1, name)
    let text = JSONText.list(TaskList.self, Insight(session.snapshot(), places: LocationBook()))
    #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
    let tasks = try #require(try parse(text)["tasks"] as? [[String: Any]])
    #expect(tasks[0]["name"] as? String == name)
  }
}
