import AsyncRuntime
import Dispatch
import AsyncTopLinux

/// The example programs that `asynctop demo` starts.
public enum DemoProgram: String, CaseIterable, Sendable {
  /// A TCP key-value server and its clients, on AsyncRuntime.
  case server
  /// Producers, a bounded queue and workers, on AsyncRuntime.
  case pipeline
  /// Subprocesses, pipes and signals, on AsyncRuntime.
  case shell
  /// Swift's own tasks, groups and actors on the default executor.
  case native
  /// What goes wrong: a deadlock, a leak, a blocked thread, a task that won't end.
  case trouble

  /// What it shows, in a line.
  public var summary: String {
    switch self {
    case .server: "a key-value server with some hundred clients over loopback (the default)"
    case .pipeline: "producers, a bounded queue and workers"
    case .shell: "other programs, piped together, signalled, and started again when they end"
    case .native: "nothing but Swift's own tasks, groups, async let and actors"
    case .trouble: "a deadlock, a leaked group, a blocked thread, a task that won't be cancelled"
    }
  }

  /// Runs the program in this process until it is interrupted.
  ///
  /// Call it first in a synchronous `main`.
  public func run() -> Never {
    switch self {
    case .server: Self.onRuntime { try await ServerProgram().run() }
    case .pipeline: Self.onRuntime { try await PipelineProgram().run() }
    case .shell: Self.onRuntime { try await ShellProgram().run() }
    case .trouble: Self.onRuntime { try await TroubleProgram().run() }
    case .native:
      Task {
        await NativeProgram.run()
        Program.exit(0)
      }
      dispatchMain()
    }
  }

  private static func onRuntime(_ main: @escaping @MainActor () async throws -> Void) -> Never {
    do {
      try AsyncRuntime.run(main)
      Program.exit(0)
    } catch is CancellationError {
      Program.exit(0)
    } catch {
      StandardError.write("the example program failed: \(error)")
      Program.exit(1)
    }
  }
}
