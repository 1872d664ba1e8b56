import AsyncTopBus

/// In which order tasks wait for the same resource: as they came.
struct WaitQueues {
  private var places: [Int32: (place: Int32, count: Int32)] = [:]

  init(of snapshot: Snapshot) {
    var waiting: [(resource: UInt64, since: UInt64, task: Int32)] = []
    for (position, task) in snapshot.tasks.enumerated() {
      if case .resource(let id) = task.waitsFor {
        waiting.append((id, task.since, Int32(position)))
      }
    }
    waiting.sort { ($0.resource, $0.since, $0.task) < ($1.resource, $1.since, $1.task) }
    places.reserveCapacity(waiting.count)
    var start = 0
    while start < waiting.count {
      var end = start
      while end < waiting.count, waiting[end].resource == waiting[start].resource { end += 1 }
      for index in start..<end {
        places[waiting[index].task] = (Int32(index - start + 1), Int32(end - start))
      }
      start = end
    }
  }

  /// The place of the task at a position of the snapshot; nil if it waits for no resource.
  func place(of position: Int) -> (place: Int, count: Int)? {
    places[Int32(position)].map { (Int($0.place), Int($0.count)) }
  }
}

extension ResourceRecord.Kind {
  /// Whether those that wait for it are served one after the other.
  var hasTurns: Bool {
    switch self {
    case .lock, .semaphore, .condition, .queue: true
    default: false
    }
  }
}
