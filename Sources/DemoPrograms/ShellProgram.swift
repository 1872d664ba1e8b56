import AsyncMonitoring
import AsyncRuntime
import AsyncTopLinux

/// A small supervisor of other programs, on AsyncRuntime.
///
/// Services run until they end, whether by themselves or because somebody ends them, and are then
/// started again. Jobs are pipelines of several programs, as a shell would run them. SIGHUP has all
/// services start afresh.
@MainActor
final class ShellProgram {
  private var services: [String: Subprocess] = [:]
  private var restarts = 0

  /// Runs until it is cancelled, or gets SIGTERM; no service outlives it.
  func run() async throws {
    let main = currentTask()
    try EventLoop.running?.addSignalHandler(ProcessSignals.terminate) { main?.cancel() }
    try await withAsyncTaskGroup(name: "supervisor") { supervisor in
      for number in 1...3 {
        try supervisor.createTask(name: "clock \(number)") {
          try await self.keepRunning(
            "clock \(number)", "while echo tick; do sleep 0.\(number)5; done")
        }
      }
      try supervisor.createTask(name: "echo") { try await self.keepRunning("echo", "cat") }
      try supervisor.createTask(name: "talker") { try await self.talk() }
      try supervisor.createTask(name: "jobs") { try await self.runJobs() }
      try supervisor.createTask(name: "gremlin") { try await self.bother() }
      try supervisor.createTask(name: "reloader") { try await self.reload() }
      try supervisor.createTask(name: "operator") { try await self.askForReload() }
    }
  }

  /// Starts a service again and again, and reads what it says.
  private func keepRunning(_ name: String, _ line: String) async throws {
    while true {
      let service = try createSubprocessShell(line, stdin: .pipe, stdout: .pipe)
      services[name] = service
      defer { _ = try? service.kill() }
      if name != "echo", let output = service.stdout {
        while case let line = try await output.readLine(), !line.isEmpty {}
      }
      let status = try await service.wait()
      restarts += 1
      if restarts % 10 == 1 { AsyncMonitor.mark("\(name) \(status)") }
      try await sleep(.milliseconds(300))
    }
  }

  /// Sends lines through the echo service and waits for them to come back.
  private func talk() async throws {
    while true {
      try await sleep(.milliseconds(80))
      guard let echo = services["echo"], let input = echo.stdin, let output = echo.stdout else {
        continue
      }
      input.write("Is anybody there?\n".utf8)
      // Empty if it has ended: another one comes.
      _ = try await output.readLine()
    }
  }

  /// Three programs in a row, two such rows at a time.
  private func runJobs() async throws {
    for number in 1... {
      try await withAsyncTaskGroup(name: "jobs \(number)") { jobs in
        try jobs.createTask(name: "largest") {
          try await self.pipeline(["seq 1 40000", "sort -rn", "head -n 3"])
        }
        try jobs.createTask(name: "count") {
          try await self.pipeline(["seq 1 200000; sleep 0.4", "grep 7", "wc -l"])
        }
      }
      try await sleep(.milliseconds(500))
    }
  }

  private func pipeline(_ lines: [String]) async throws {
    var programs: [Subprocess] = []
    var input = Subprocess.Input.null
    for line in lines {
      let program = try createSubprocessShell(line, stdin: input, stdout: .pipe)
      programs.append(program)
      if let output = program.stdout { input = .output(output) }
    }
    defer { for program in programs { _ = try? program.kill() } }
    _ = try await programs.last?.communicate()
    for program in programs { try await program.wait() }
  }

  /// Ends some service every now and then.
  private func bother() async throws {
    for number in 1... {
      try await sleep(.milliseconds(900))
      let names = services.keys.sorted()
      guard let service = services[names[number % names.count]] else { continue }
      if number % 2 == 0 { try service.kill() } else { try service.terminate() }
    }
  }

  /// Ends all services when SIGHUP comes: whoever keeps them running starts them again.
  private func reload() async throws {
    for try await _ in try signals(ProcessSignals.hangUp) {
      for service in services.values { try service.terminate() }
    }
  }

  /// Sends SIGHUP to this process, as one would from a shell.
  private func askForReload() async throws {
    while true {
      try await sleep(.seconds(4))
      try await createSubprocessShell("kill -HUP $PPID").wait()
    }
  }
}
