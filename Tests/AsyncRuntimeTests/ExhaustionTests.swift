@testable import AsyncRuntime
import Testing

@Suite struct `A process without descriptors` {
  @Test func `says so once, waits without being busy, and then goes on`() async throws {
    let run = try await Fixture.run("exhaustion")
    #expect(run.status == 0 && run.errors.isEmpty)
    #expect(
      run.output == [
        "0 served, busy false", "then [1]",
        "accept: Connections on tcp ...: can't be accepted now.",
      ])
    // So soon it serves again.
    #expect(Listener.pauseWhenExhausted <= .milliseconds(100))
  }
}
