/// What is parked in a lot, and who goes on when.
protocol ParkingState: SendableMetatype {
  /// What asynctop shows of it.
  var occupancy: Occupancy { get }

  /// Takes out a parked task, whose wait is cancelled.
  ///
  /// Returns false if it is not parked any more.
  mutating func remove(_ waiter: Waiter) -> Bool
}

/// What asynctop shows of a parking lot.
struct Occupancy {
  /// How many items, taken permits or tasks that have come.
  var depth = 0
  /// The most there can be; 0 for no limit.
  var capacity = 0
  /// How many tasks are parked.
  var waiters = 0
  /// How many of those wait for room in a queue.
  var producers = 0
  /// The id of the task that holds it; 0 for none.
  var holder: UInt64 = 0
}

/// What becomes of a task that arrives.
enum Arrival {
  /// It goes on at once.
  case passes
  /// It can't have what it wants, and goes on without.
  case isRefused
  /// It was put into a list, if it was given, and waits.
  case parks
}
