import AsyncRuntime

extension EventLoop {
  /// The time since the beginning of a virtual clock.
  var time: Duration { now.sinceStart }

  /// Lets what is ready run, and what that makes ready, a few times over.
  nonisolated(nonsending) static func settle() async throws {
    for _ in 0..<8 { try await sleep(.zero) }
  }
}
