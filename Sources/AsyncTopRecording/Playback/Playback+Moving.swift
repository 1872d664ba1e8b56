import AsyncTopBus

extension Playback {
  /// How long the recording has been going on at the moment.
  public var time: Duration { recording.clock.duration(now -| recording.startTicks) }

  /// How long the recording is.
  public var duration: Duration { recording.duration }

  /// Events that were lost before the moment.
  public var lostEvents: UInt64 {
    recording.contents.keyframes.reduce(0) { sum, keyframe in
      keyframe.head.position <= position ? sum +| keyframe.head.lost : sum
    }
  }

  /// Shows the moment this long after the beginning, or the beginning or end if there is none.
  public func seek(to time: Duration) {
    // The end exactly: ticks that are made of a duration are rounded.
    let isInside = time < duration
    seek(
      toTicks: isInside
        ? recording.startTicks +| recording.clock.ticks(time) : recording.endTicks)
  }

  /// Shows the moment at a fraction of the recording's length.
  ///
  /// - Parameter fraction: From 0, the beginning, to 1, the end.
  public func seek(toFraction fraction: Double) {
    let length = Double(recording.endTicks -| recording.startTicks)
    let ticks = (length * max(0, min(fraction, 1))).rounded()
    seek(toTicks: recording.startTicks +| (UInt64(exactly: ticks) ?? .max))
  }

  /// Moves by events.
  ///
  /// - Parameter count: Forward; back if it is negative.
  public func step(by count: Int) {
    let target =
      count < 0
      ? position -| UInt64(count.magnitude)
      : min(recording.eventCount, position +| UInt64(count))
    seek(toPosition: target)
  }

  /// Shows the moment right after a mark.
  public func seek(to mark: Mark) { seek(toPosition: mark.position +| 1) }

  /// The first mark after the moment.
  public var nextMark: Mark? { recording.marks.first { $0.position >= position } }

  /// The last mark before the one that is shown, or before the moment.
  public var previousMark: Mark? { recording.marks.last { $0.position +| 1 < position } }
}
