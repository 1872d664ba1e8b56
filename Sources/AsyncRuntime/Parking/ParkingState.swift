/// The state of a parking lot: its lists of parked tasks, and the rules by which they are woken.
protocol ParkingState: SendableMetatype {
  /// What asynctop shows of it.
  var occupancy: Occupancy { get }

  /// Unparks a task because it is cancelled.
  ///
  /// Returns false if it is no longer parked.
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
  /// The id of the task that released it last, if another one held it then; else 0.
  var releasedBy: UInt64 = 0
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
