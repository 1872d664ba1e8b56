/// A stretch of a recording in the order of playing: the events of a block, or a keyframe after a
/// loss.
enum Segment {
  case events(EventBlockHead, offset: UInt64)
  case jump(KeyframeHead, offset: UInt64)

  /// How many events come before it.
  var position: UInt64 {
    switch self {
    case .events(let head, _): head.position
    case .jump(let head, _): head.position - 1
    }
  }

  /// How many events come before what follows it.
  var end: UInt64 {
    switch self {
    case .events(let head, _): head.position + head.count
    case .jump(let head, _): head.position
    }
  }

  /// Its latest moment.
  var endTicks: UInt64 {
    switch self {
    case .events(let head, _): head.end
    case .jump(let head, _): head.ticks
    }
  }
}
