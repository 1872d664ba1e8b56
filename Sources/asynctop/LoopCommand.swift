import ArgumentParser
import AsyncRuntime
import AsyncTopBus
import AsyncTopLinux

/// A command that waits: its input, its ticks and its children are events of our own loop.
///
/// What must never wait for a picture has threads beside it: the recorder, and what a started
/// program writes.
protocol LoopCommand: ParsableCommand, Sendable {
  /// Does what the command is for, on the main thread.
  nonisolated(nonsending) func runOnLoop() async throws
}

extension LoopCommand {
  func run() throws {
    // Who lists what can be watched doesn't look for what watches.
    if Program.environment("ASYNCTOP") != "on" { Probe.stayOff() }
    do {
      try AsyncRuntime.run { try await self.runOnLoop() }
    } catch RunnerError.interrupted {
      Program.end(by: ProcessSignals.interrupt)
    }
  }
}
