import AsyncRuntime

/// Producers, a bounded queue and workers, on AsyncRuntime.
///
/// There are a few more producers than the workers can serve, so the queue is full most of the time
/// and producers wait for room: back-pressure to look at.
@MainActor
final class PipelineProgram {
  private let parcels = Queue<Int>(capacity: 16, name: "parcels")
  private let labels = Queue<Int>(capacity: 4, name: "labels")
  private let printer = Lock(name: "label printer")

  /// Runs until it is cancelled.
  func run() async throws {
    try await withAsyncTaskGroup(name: "pipeline") { pipeline in
      for number in 1...8 {
        try pipeline.createTask(name: "producer \(number)") { try await self.produce(number) }
      }
      for number in 1...5 {
        try pipeline.createTask(name: "worker \(number)") { try await self.work(number) }
      }
      try pipeline.createTask(name: "shipper") { try await self.ship() }
    }
  }

  private func produce(_ number: Int) async throws {
    var item = number
    while true {
      try await sleep(.milliseconds(30 + number * 5))
      item += 8
      try await parcels.put(item)
    }
  }

  /// Takes a parcel, and one at a time the label printer.
  private func work(_ number: Int) async throws {
    while true {
      let parcel = try await parcels.get()
      try await sleep(.milliseconds(20 * number))
      try await printer.withLock { try await sleep(.milliseconds(8)) }
      try await labels.put(parcel)
    }
  }

  private func ship() async throws {
    while true {
      _ = try await labels.get()
      try await sleep(.milliseconds(12))
    }
  }
}
