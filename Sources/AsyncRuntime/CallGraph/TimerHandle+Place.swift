import AsyncTopBus

extension TimerHandle {
  /// Where it was armed, if the probe is on.
  package var place: String? {
    guard let region = OwnRegion(), let record = region.timer(reported) else { return nil }
    return region.place(record.site)?.short
  }

  /// The time on its loop's clock.
  package var loopTime: EventLoop.Instant { loop.now }
}
