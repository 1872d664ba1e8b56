/// The kinds of events that this version knows: `tp_event_kind`.
enum EventKind: UInt8, CaseIterable {
  case taskCreated = 1
  case taskOrigin = 2
  case taskNamed = 3
  case taskScheduled = 4
  case pollBegan = 5
  case pollEnded = 6
  case taskCancelled = 7
  case taskEnded = 8
  case taskAwaited = 9
  case groupCreated = 10
  case groupOrigin = 11
  case groupNamed = 12
  case groupCancelled = 13
  case groupEnded = 14
  case timerArmed = 20
  case timerOrigin = 21
  case timerEnded = 22
  case resourceCreated = 30
  case resourceNamed = 31
  case resourceHeld = 32
  case resourceLevel = 33
  case resourceBytes = 34
  case resourceEnded = 35
  case loopStarted = 40
  case loopNamed = 41
  case loopRan = 42
  case loopLevel = 43
  case loopEnded = 44
  /// Not in version 1 of the format.
  case loopLongest = 45
  case workerStarted = 50
  case workerNamed = 51
  case workerEnded = 52
  case mark = 60
}
