import Testing

@Suite struct `Reporting` {
  @Test func `says where a callback comes from that is the longest job of its loop`() async throws {
    let run = try await Fixture.run("callbacks")
    let kinds = [
      "callSoon", "callSoonThreadsafe", "callLater", "addDoneCallback", "addSignalHandler",
      "addWriter", "addReader",
    ]
    #expect(run.output == kinds.map { "\($0): its line" })
    #expect(run.status == 0)
  }

  @Test func `says what every task waits for, and where`() async throws {
    let run = try await Fixture.run("reports")
    // The server's task has the client's port in its name.
    let lines = run.output.filter { !$0.hasPrefix("client 127.0.0.1:") }
    let expected = [
      "allOf gather: 0/2, 1 wait, held false",
      "child: timer, here true, cancelled false",
      "client: resource, here true, cancelled false",
      "eager: task, here true, cancelled false",
      "future: future, here true, cancelled false",
      "gatherer: resource, here true, cancelled false",
      "group family: 1 live",
      "group few: 2 live",
      "holder: timer, here true, cancelled false",
      "joiner: task, here true, cancelled false",
      "listener tcp ...:: 0/0, 0 wait, held false",
      "lock door: 0/0, 1 wait, held true",
      "locked: resource, here true, cancelled false",
      "loop main: ran true",
      "main: none, here true, cancelled false",
      "no turn: resource, here true, cancelled false",
      "parent: group, here true, cancelled false",
      "putter: resource, here true, cancelled false",
      "queue work: 1/1, 1 wait, held false",
      "renamed: group, here true, cancelled false",
      "semaphore turns of few: 1/1, 1 wait, held false",
      "shielded: task, here true, cancelled false",
      "socket tcp ...: ← ...:: 0/0, 0 wait, held false",
      "socket tcp → ...:: 0/0, 0 wait, held false",
      "stubborn: timer, here true, cancelled true",
      "thread blockers: 1/1, 1 wait, held false",
      "threaded: resource, here true, cancelled false",
      "timed: future, here true, cancelled false",
      "timer callback, loop 0",
      "timer sleep, loop 0",
      "timer sleep, loop 0",
      "timer sleep, loop 0",
      "timer sleep, loop 0",
      "timer timeout, loop 0",
      "timer timeout, loop 0",
      "turn: timer, here true, cancelled false",
      "waiter: task, here true, cancelled false",
    ]
    #expect(lines == expected)
    #expect(run.output.count == expected.count + 1)
    #expect(run.status == 0)
  }

  @Test func `says what every primitive is waited for`() async throws {
    let run = try await Fixture.run("primitives")
    let expected = [
      "barrier start: 2/3, 2 wait, held false",
      "condition stock: 0/0, 1 wait, held false",
      "event signal: 0/1, 1 wait, held false",
      "getter: resource, here true, cancelled false",
      "listener: resource, here true, cancelled false",
      "lock stock: 0/0, 0 wait, held false",
      "main: none, here true, cancelled false",
      "notified: resource, here true, cancelled false",
      "queue least: 0/0, 1 wait, held false",
      "runner 1: resource, here true, cancelled false",
      "runner 2: resource, here true, cancelled false",
      "semaphore slots: 2/2, 1 wait, held false",
      "slot 1: timer, here true, cancelled false",
      "slot 2: timer, here true, cancelled false",
      "slot 3: resource, here true, cancelled false",
      "timer sleep, loop 0",
      "timer sleep, loop 0",
    ]
    #expect(run.output.filter { !$0.hasPrefix("loop ") } == expected)
  }

  @Test func `says which part of the network every task waits for`() async throws {
    let run = try await Fixture.run("network reports")
    let expected = [
      "accepting waits for socket unix @asynctop-network-reports-free, here true",
      "blocked waits for thread names, here true",
      "client waits for socket tcp → ...:, here true",
      "forever waits for listener tcp ...:, here true",
      "listener tcp ...:: 0 in, 0 out, 0 wait, here true",
      "messages waits for socket udp ...:, here true",
      "receiver waits for socket unix unnamed → unnamed, here true",
      "refused waits for socket unix → @asynctop-network-reports, here true",
      "resolver resolve example:: 0 in, 0 out, 0 wait, here true",
      "resolving waits for resolver resolve example:, here true",
      "sender waits for socket unix → @asynctop-network-reports, here true",
      "serving waits for socket tcp ...: ← ...:, here true",
      "socket tcp ...: ← ...:: 6 in, 6 out, 0 wait, here true",
      "socket tcp → ...:: 6 in, 6 out, 0 wait, here true",
      "socket udp ...: → ...:: 0 in, 3 out, 0 wait, full false, here true",
      "socket udp ...:: 3 in, 0 out, 0 wait, here true",
      "socket unix @asynctop-network-reports-free: 0 in, 0 out, 0 wait, here true",
      "socket unix unnamed → unnamed: 0 in, 0 out, 0 wait, here true",
      "socket unix → @asynctop-network-reports: 0 in, 0 out, 0 wait, here true",
      "socket unix → @asynctop-network-reports: 0 in, many out, 1 wait, full true, here true",
      "thread names: 0 in, 0 out, 0 wait, full false, here true",
      "thread resolver: 0 in, 0 out, 0 wait, full false, here true",
    ]
    #expect(run.output == expected)
  }
}
