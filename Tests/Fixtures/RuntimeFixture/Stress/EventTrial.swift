import AsyncRuntime

/// Who waits goes on when the event is set, however soon it is cleared.
final class EventTrial: Trial {
  let name = "event"
  private let event = Event()

  func act(_ worker: Int) async throws {
    if worker % 4 == 0 { pulse() } else { try await event.wait() }
  }

  func nudge() { pulse() }

  func verdict() -> String { "\(event.statistics.waiters) wait" }

  private func pulse() {
    event.set()
    event.clear()
  }
}
