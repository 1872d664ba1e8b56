import AsyncRuntime
import Foundation
import Testing

@Suite struct `Subprocesses that don't just end` {
  private static func hasEnded(_ pid: Int32) -> Bool { kill(pid, 0) != 0 && errno == ESRCH }

  /// Waits for something that nobody tells, with a limit.
  private static func until(_ condition: () -> Bool) async throws {
    try await withTimeout(.seconds(20)) {
      while !condition() { try await sleep(.milliseconds(1)) }
    }
  }

  @Test func `get signals while they run`() async throws {
    try await onOwnLoop {
      for (signal, send) in [
        (SIGHUP, { try $0.sendSignal(SIGHUP) }), (SIGTERM, { try $0.terminate() }),
        (SIGKILL, { try $0.kill() }),
      ] as [(Int32, (Subprocess) throws -> Bool)] {
        let child = try createSubprocessExec("sleep", ["60"])
        #expect(try send(child))
        #expect(try await child.wait() == .killed(by: signal))
        #expect(try !send(child))
      }
      let child = try createSubprocessExec("sleep", ["60"])
      #expect(throws: IOError.self) { try child.sendSignal(1000) }
      try child.kill()
      try await child.wait()
    }
  }

  @Test func `stay as they are when their waiter is cancelled`() async throws {
    try await onOwnLoop {
      let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe)
      let waiter = createTask { try await child.wait() }
      let patient = createTask { try await child.wait() }
      try await sleep(.zero)
      waiter.cancel()
      await #expect(throws: CancellationError.self) { try await waiter.value }
      child.stdin?.write("still here\n".utf8)
      #expect(try await child.stdout?.readLine() == Array("still here\n".utf8))
      #expect(child.status == nil)
      let communicating = createTask { try await child.communicate(input: [65]) }
      try await sleep(.zero)
      communicating.cancel()
      await #expect(throws: CancellationError.self) { _ = try await communicating.value }
      #expect(try await child.communicate().stdout == [65])
      #expect(try await patient.value == .exited(0))
    }
  }

  @Test func `that write too much are left to the caller`() async throws {
    try await onOwnLoop {
      for line in ["yes", "yes >&2"] {
        let child = try createSubprocessShell(line, stdout: .pipe, stderr: .pipe)
        do {
          _ = try await child.communicate(outputLimit: 1000)
          Issue.record("no error")
        } catch StreamError.tooMuchOutput(let limit) {
          #expect(limit == 1000)
        }
        #expect(child.status == nil)
        let readers = [child.stdout, child.stderr].compactMap { $0 }
        let reader = line == "yes" ? readers[0] : readers[1]
        #expect(try await reader.readLine() == Array("y\n".utf8))
        try child.kill()
        #expect(try await child.wait() == .killed(by: SIGKILL))
      }
      let exact = try createSubprocessExec("printf", ["12345"], stdout: .pipe)
      #expect(try await exact.communicate(outputLimit: 5).stdout?.count == 5)
    }
  }

  @Test func `carry more than any pipe holds, whatever interrupts`() async throws {
    try await onOwnLoop {
      let loop = try #require(EventLoop.running)
      try loop.addSignalHandler(54) {}
      // Also this thread: system calls are interrupted.
      var one = sigset_t()
      unsafe sigemptyset(&one)
      unsafe sigaddset(&one, 54)
      unsafe pthread_sigmask(SIG_UNBLOCK, &one, nil)
      let thread = pthread_self()
      let sender = createTask {
        try await Runner.onOwnThread { for _ in 0..<2000 { pthread_kill(thread, 54) } }
      }
      let input = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let child = try createSubprocessShell(
        "tee /dev/stderr", stdin: .pipe, stdout: .pipe, stderr: .pipe)
      let result = try await child.communicate(input: input)
      #expect(result.stdout == input && result.stderr == input)
      try await sender.value
    }
  }

  @Test func `do not make wait for pipes that their children hold`() async throws {
    try await onOwnLoop {
      let shell = try createSubprocessShell("sleep 600 & echo $!", stdout: .pipe)
      #expect(try await shell.wait() == .exited(0))
      let line = try await shell.stdout?.readLine() ?? []
      #expect(shell.stdout?.isAtEnd == false)
      let sleeper = try #require(Int32(String(decoding: line.dropLast(), as: UTF8.self)))
      kill(sleeper, SIGKILL)
      #expect(try await shell.stdout?.readLine() == [])
    }
  }

  @Test func `leave no zombie when nobody waits`() async throws {
    try await onOwnLoop {
      let pid = try createSubprocessExec("true").pid
      try await Self.until { Self.hasEnded(pid) }
      let child = try createSubprocessExec("cat", stdin: .pipe).pid
      // Its input ended with the last reference.
      try await Self.until { Self.hasEnded(child) }
    }
  }

  @Test func `outlive their loop, and are cleaned up later`() async throws {
    let pid = try await onOwnLoop {
      let child = try createSubprocessExec("sleep", ["600"])
      createTask { try await child.wait() }
      try await sleep(.zero)
      return child.pid
    }
    #expect(kill(pid, SIGKILL) == 0)
    try await onOwnLoop { try await Self.until { Self.hasEnded(pid) } }
  }

  @Test func `that something else has waited for end without a status`() async throws {
    let order = Order()
    try await onOwnLoop {
      EventLoop.running?.exceptionHandler = { _, context in
        order.add("\((context.error as? IOError)?.reason == .noChild)")
      }
      let child = try createSubprocessExec("true")
      let waitedFor = waitpid(child.pid, nil, 0)
      #expect(waitedFor == child.pid)
      let status = try await child.wait()
      #expect(status == .unknown && status.returnCode == 255)
    }
    #expect(order.items == ["true"])
  }

  @Test func `leave nothing behind, by the hundred`() async throws {
    let run = try await Fixture.run("children")
    #expect(run.output == ["300 ended, 300 answered", "descriptors +0", "children 0"])
    #expect(run.status == 0)
  }

  @Test func `are known to asynctop, with their pipes and signals`() async throws {
    let run = try await Fixture.run("child reports")
    #expect(
      run.output == [
        "listener waits for signal USR RTMIN+",
        "pipe pid  cat stdin: 0 in, 6 out, 0 wait, here true",
        "pipe pid  cat stdout: 6 in, 0 out, 0 wait, here true",
        "process pid  cat: 0 in, 0 out, 1 wait, here true",
        "reader waits for pipe pid  cat stdout",
        "signal USR RTMIN+: 0 in, 0 out, 1 wait, here true",
        "waiter waits for process pid  cat",
        "0 processes left",
      ])
  }
}
