import AsyncRuntime

/// Of each round that is complete everybody has another index.
final class BarrierTrial: Trial {
  let name = "barrier"
  private let barrier = Barrier(3)
  private let counts = [Occupancy(), Occupancy(), Occupancy()]

  func act(_ worker: Int) async throws {
    let index = try await barrier.wait()
    counts[index].enter()
  }

  func nudge() { barrier.reset() }

  func verdict() -> String {
    let counts = counts.map(\.total)
    let statistics = barrier.statistics
    // The last one to come can't be cancelled or fail, and completes the round.
    return "no index twice \(counts[0] <= counts[2] && counts[1] <= counts[2]),"
      + " \(statistics.arrived) inside, \(statistics.phase)"
  }
}
