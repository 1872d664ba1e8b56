import AsyncTopBus
import Testing

@Suite struct `A session's clock` {
  /// Four ticks are ten nanoseconds.
  let clock = SessionClock(
    start: .init(ticks: 1_000, nanoseconds: 50_000),
    anchor: .init(ticks: 5_000, nanoseconds: 60_000), startRealtime: 1_700_000_000_000_000_000)

  @Test func `turns ticks into time and back`() {
    #expect(clock.nanosecondsPerTick == 2.5)
    #expect(clock.nanoseconds(400) == 1_000)
    #expect(clock.ticks(.nanoseconds(1_000)) == 400)
    #expect(clock.duration(4_000_000) == .milliseconds(10))
  }

  @Test func `knows moments before and after its start`() {
    #expect(clock.monotonic(1_000) == 50_000)
    #expect(clock.monotonic(1_400) == 51_000)
    #expect(clock.monotonic(600) == 49_000)
    #expect(clock.realtime(1_400) == 1_700_000_000_000_001_000)
  }

  @Test func `stops at the ends of what there is`() {
    #expect(clock.nanoseconds(.max) == .max)
    #expect(clock.monotonic(.max) == .max)
    #expect(clock.realtime(.max) == .max)
    #expect(clock.duration(.max) == .nanoseconds(Int64.max))
    #expect(clock.ticks(.seconds(-1)) == 0)
    #expect(clock.ticks(.seconds(Int64.max)) == .max)
    let early = SessionClock(
      start: .init(ticks: .max, nanoseconds: 5), anchor: .init(ticks: 0, nanoseconds: 0),
      startRealtime: 0)
    #expect(early.monotonic(0) == 0)
  }

  @Test(arguments: [
    (SessionClock.Anchor(ticks: 1_000, nanoseconds: 60_000)), .init(ticks: 0, nanoseconds: 60_000),
    .init(ticks: 5_000, nanoseconds: 50_000), .init(ticks: .max, nanoseconds: 0),
  ])
  func `of anchors that make no rate counts nanoseconds`(anchor: SessionClock.Anchor) {
    let clock = SessionClock(
      start: .init(ticks: 1_000, nanoseconds: 50_000), anchor: anchor, startRealtime: 0)
    #expect(clock.nanosecondsPerTick == 1)
  }
}

@Suite struct `Numbers that others wrote` {
  @Test func `are added and taken away as far as numbers go`() {
    let (most, one, five): (UInt64, UInt64, UInt64) = (.max, 1, 5)
    let sums = [most +| one, one +| five, most +| most]
    #expect(sums == [most, 6, most])
    let differences = [one -| five, five -| one, most -| most]
    #expect(differences == [0, 4, 0])
    var sum: UInt64 = .max - 1
    sum +|= 5
    #expect(sum == .max)
    #expect(UInt64(7).distance(from: 9) == -2 && UInt64(9).distance(from: 7) == 2)
    #expect(UInt64.max.distance(from: 0) == .max && UInt64(0).distance(from: .max) == -Int64.max)
  }
}
