import AsyncRuntime
import Glibc

extension Act {
  @MainActor static let processes = [
    Act("cat") { scene in
      let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe, stderr: .pipe)
      defer { _ = try? child.kill() }
      let bytes = Array(scene.bytes(300_000))
      let (out, _, status) = try await child.communicate(input: bytes)
      if status == .exited(0) && out != bytes { scene.fail("a child has changed its bytes") }
    },
    Act("killed child") { scene in
      let child = try createSubprocessExec("sleep", ["600"], stdin: .pipe, stdout: .pipe)
      let signal =
        [SIGTERM, SIGKILL, SIGUSR1, SIGSTOP].randomElement(using: &scene.chance) ?? SIGKILL
      let waiting = createTask { try await child.wait() }
      defer { _ = try? child.kill() }
      try await scene.pause(0...20)
      try child.sendSignal(signal)
      if signal == SIGSTOP { try child.kill() }
      let status = try await waiting.value
      if status != .killed(by: signal == SIGSTOP ? SIGKILL : signal) {
        scene.fail("a child that was killed by \(signal): \(status)")
      }
    },
    Act("child with a deadline") { scene in
      let child = try createSubprocessShell("cat; exec sleep 600", stdin: .pipe, stdout: .pipe)
      defer { _ = try? child.kill() }
      try await withTimeout(.milliseconds(scene.number(0...50))) {
        _ = try await child.communicate(input: Array(scene.bytes(100_000)))
      }
    },
    Act("forgotten child") { _ in
      // Its input ends when this is let go of.
      _ = try createSubprocessExec("cat", stdin: .pipe, stdout: .null)
    },
    Act("pipeline") { scene in
      let first = try createSubprocessExec("yes", stdout: .pipe, stderr: .null)
      defer { _ = try? first.kill() }
      guard let output = first.stdout else { return }
      let second = try createSubprocessExec(
        "head", ["-n\(scene.number(1...1000))"], stdin: .output(output), stdout: .pipe)
      _ = try await second.communicate()
      try await first.wait()
    },
    Act("process transport") { scene in
      guard let loop = EventLoop.running else { return }
      let (transport, call) = try loop.subprocessExec("cat") { FirstCall(on: loop) }
      defer { transport.close() }
      transport.pipeTransport(0)?.write(scene.bytes(200_000))
      if scene.happens(oneIn: 2) { try await call.called.value }
      transport.close()
      try await call.ended.value
      if call.ends != 1 { scene.fail("a process was lost \(call.ends) times") }
    },
    Act("no such program") { _ in
      _ = try createSubprocessExec("/no/such/program", stdin: .pipe, stdout: .pipe)
    },
    Act("signals") { scene in
      guard let loop = EventLoop.running else { return }
      let sequence = try signals(40, 41)
      let handled = try Future<Void>()
      try loop.addSignalHandler(42) { if !handled.isDone { try handled.setResult(()) } }
      let taking = createTask {
        for try await signal in sequence { return signal }
        return 0
      }
      defer {
        taking.cancel()
        loop.removeSignalHandler(42)
      }
      try await scene.pause(0...5)
      if scene.happens(oneIn: 3) { return }
      // Taken by this thread at once: none may be left when its handler is gone.
      raise(scene.happens(oneIn: 2) ? 40 : 41)
      _ = try await taking.value
      raise(42)
      try await withTimeout(.milliseconds(100)) { try await handled.value }
    },
  ]
}
