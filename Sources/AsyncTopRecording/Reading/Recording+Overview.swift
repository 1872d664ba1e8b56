public import AsyncTopBus

extension Recording {
  /// How many events it has.
  ///
  /// A stretch of lost events counts as one.
  public var eventCount: UInt64 { contents.end }
  /// Events that were lost while it was made.
  public var lostEvents: UInt64 { contents.lost }
  /// The labelled moments, in order.
  public var marks: [Mark] { contents.marks }
  /// Bytes read so far.
  public var size: UInt64 { reader.source.size }

  /// When it begins, in ticks; one without a keyframe shows nothing, for no time.
  public var startTicks: UInt64 {
    contents.keyframes.first?.head.ticks ?? contents.statuses.last?.ticks ?? header.startTicks
  }

  /// When it ends, in ticks: with the last event, or when the app was last seen to run.
  public var endTicks: UInt64 {
    max(startTicks, contents.endTicks, contents.statuses.last?.ticks ?? 0)
  }

  /// Why there is nothing to show at any moment of it; nil if there is something.
  public var emptiness: String? {
    guard contents.keyframes.isEmpty else { return nil }
    if !isComplete && damage == nil { return "nothing is recorded yet" }
    return "nothing was recorded: it ends before the first copy of the app's tables, because"
      + " recording was stopped or reached its size limit before, or could not keep up with the app"
  }

  /// How long it lasts.
  public var duration: Duration { clock.duration(endTicks -| startTicks) }

  /// Turns its ticks into time.
  public var clock: SessionClock {
    let start = SessionClock.Anchor(ticks: header.startTicks, nanoseconds: header.startMonotonic)
    let last = contents.statuses.last.map {
      SessionClock.Anchor(ticks: $0.ticks, nanoseconds: $0.monotonic)
    }
    return SessionClock(start: start, anchor: last ?? start, startRealtime: header.startRealtime)
  }

  /// How many events there are in each of so many equal stretches of its time.
  ///
  /// A block of events counts as spread evenly over its time; it is never longer than the writer's
  /// flush interval, unless nothing happened.
  public func density(stretches: Int) -> [Double] {
    var density = [Double](repeating: 0, count: max(0, stretches))
    guard stretches > 0 else { return density }
    let (start, length) = (startTicks, Double(endTicks -| startTicks) + 1)
    func place(_ ticks: UInt64) -> Double {
      Double(ticks -| start) / length * Double(stretches)
    }
    for case .events(let head, _) in contents.segments {
      let (from, to) = (place(head.begin), place(head.end))
      let (first, last) = (min(Int(from), stretches - 1), min(Int(to), stretches - 1))
      let width = to - from
      for index in first...last {
        let covered = min(to, Double(index + 1)) - max(from, Double(index))
        let share = first == last ? 1 : covered / width
        density[index] += Double(head.count) * share
      }
    }
    return density
  }
}
