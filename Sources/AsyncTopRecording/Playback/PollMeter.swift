import CAsyncTopProbe
import AsyncTopBus

/// Measures the polls of one task by the events that are played.
@safe
struct PollMeter {
  private let task: UInt64
  private let region: PrivateRegion
  private var began: UInt64?
  private var polls: [UInt64] = []

  init(task: UInt64, region: PrivateRegion) {
    self.task = task
    self.region = region
  }

  /// Takes note of an event that is about to be applied.
  mutating func note(_ decoded: DecodedEvent) {
    switch decoded.kind {
    case .pollBegan:
      if isOfTask(decoded.event) { began = decoded.event.ticks }
    case .pollEnded, .taskEnded:
      guard let began, isOfTask(decoded.event) else { return }
      self.began = nil
      if decoded.event.ticks >= began { polls.append(decoded.event.ticks -| began) }
    default: break
    }
  }

  /// Says that events are missing, perhaps the end of the poll that is open.
  mutating func forgetBeginning() { began = nil }

  /// What was measured since the last call.
  mutating func take() -> [UInt64] {
    defer { polls.removeAll() }
    return polls
  }

  private func isOfTask(_ event: tp_event) -> Bool {
    unsafe event.tag == UInt16(truncatingIfNeeded: task)
      && region.tables.pointee.tasks[Int(event.slot)].id == task
  }
}
