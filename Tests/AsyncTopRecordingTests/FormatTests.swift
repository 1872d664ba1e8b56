import CAsyncTopProbe
import Testing

@testable import AsyncTopRecording

@Suite struct `The recording format` {
  @Test func `uses the Castagnoli checksum`() {
    var checksum = Checksum()
    unsafe Array("123456789".utf8).withUnsafeBytes { unsafe checksum.add($0) }
    #expect(checksum.value == 0xe306_9283)
    var parts = Checksum()
    for part in ["1", "2345678901234", "", "5"] {
      unsafe Array(part.utf8).withUnsafeBytes { unsafe parts.add($0) }
    }
    var whole = Checksum()
    unsafe Array("123456789012345".utf8).withUnsafeBytes { unsafe whole.add($0) }
    #expect(parts.value == whole.value)
  }

  @Test func `writes numbers so that small ones are short`() {
    var payload = PayloadWriter(capacity: 1)
    let numbers: [UInt64] = [0, 1, 127, 128, 16383, 16384, 1 << 32, .max - 1, .max]
    for number in numbers {
      payload.varint(number)
      payload.signed(number)
      payload.signed(0 &- number)
    }
    #expect(payload.count == numbers.reduce(0) { $0 + length($1) + signed($1) + signed(0 &- $1) })
    var reader = unsafe PayloadReader(payload.bytes)
    for number in numbers {
      #expect(reader.varint() == number)
      #expect(reader.signed() == number)
      #expect(reader.signed() == 0 &- number)
    }
    #expect(reader.isAtEnd && !reader.isDamaged)
    #expect(reader.byte() == 0 && reader.isDamaged)
  }

  private func length(_ number: UInt64) -> Int {
    max(1, (64 - number.leadingZeroBitCount + 6) / 7)
  }

  private func signed(_ number: UInt64) -> Int { length(PayloadWriter.zigzag(number)) }

  @Test func `reads no number that does not fit`() {
    for bytes in [[UInt8](repeating: 0xff, count: 10), [UInt8](repeating: 0x80, count: 11)] {
      unsafe bytes.withUnsafeBytes { bytes in
        var reader = unsafe PayloadReader(bytes)
        _ = reader.varint()
        #expect(reader.isDamaged)
      }
    }
  }

  @Test func `cuts texts at a character`() {
    var payload = PayloadWriter()
    payload.text("aé漢字", limit: 7)
    var reader = unsafe PayloadReader(payload.bytes)
    #expect(reader.text(limit: 7) == "aé漢")
    #expect(reader.isAtEnd)
  }

  @Test func `knows the probe's events by their numbers`() {
    let known: [(EventKind, tp_event_kind)] = [
      (.taskCreated, TP_EVENT_TASK_CREATED), (.taskOrigin, TP_EVENT_TASK_ORIGIN),
      (.taskNamed, TP_EVENT_TASK_NAMED), (.taskScheduled, TP_EVENT_TASK_SCHEDULED),
      (.pollBegan, TP_EVENT_POLL_BEGAN), (.pollEnded, TP_EVENT_POLL_ENDED),
      (.taskCancelled, TP_EVENT_TASK_CANCELLED), (.taskEnded, TP_EVENT_TASK_ENDED),
      (.taskAwaited, TP_EVENT_TASK_AWAITED),
      (.groupCreated, TP_EVENT_GROUP_CREATED), (.groupOrigin, TP_EVENT_GROUP_ORIGIN),
      (.groupNamed, TP_EVENT_GROUP_NAMED), (.groupCancelled, TP_EVENT_GROUP_CANCELLED),
      (.groupEnded, TP_EVENT_GROUP_ENDED), (.timerArmed, TP_EVENT_TIMER_ARMED),
      (.timerOrigin, TP_EVENT_TIMER_ORIGIN), (.timerEnded, TP_EVENT_TIMER_ENDED),
      (.resourceCreated, TP_EVENT_RESOURCE_CREATED), (.resourceNamed, TP_EVENT_RESOURCE_NAMED),
      (.resourceHeld, TP_EVENT_RESOURCE_HELD), (.resourceLevel, TP_EVENT_RESOURCE_LEVEL),
      (.resourceBytes, TP_EVENT_RESOURCE_BYTES), (.resourceEnded, TP_EVENT_RESOURCE_ENDED),
      (.loopStarted, TP_EVENT_LOOP_STARTED), (.loopNamed, TP_EVENT_LOOP_NAMED),
      (.loopRan, TP_EVENT_LOOP_RAN), (.loopLevel, TP_EVENT_LOOP_LEVEL),
      (.loopEnded, TP_EVENT_LOOP_ENDED), (.loopLongest, TP_EVENT_LOOP_LONGEST),
      (.workerStarted, TP_EVENT_WORKER_STARTED),
      (.workerNamed, TP_EVENT_WORKER_NAMED), (.workerEnded, TP_EVENT_WORKER_ENDED),
      (.mark, TP_EVENT_MARK),
    ]
    #expect(known.map(\.0) == EventKind.allCases)
    for (kind, number) in known { #expect(UInt32(kind.rawValue) == number.rawValue) }
  }

  @Test func `lays out a private region as the probe lays out its own`() throws {
    let region = try PrivateRegion(.small)
    let header = unsafe region.header.pointee
    #expect(TableCapacities(header) == .small)
    for table in TableKind.allCases {
      for array in region.arrays(of: table) {
        unsafe array.slot(Int(TableCapacities.small[table]) - 1)[array.words - 1] = 0
      }
    }
    #expect(region.arrays(of: .tasks).map(\.words) == [8, 8, 8])
    #expect(region.arrays(of: .tasks).map(\.firstWords) == [8, 6, 6])
    #expect(region.arrays(of: .workers).map(\.words) == [32])
  }

  @Test func `refuses what the reducer could not take`() throws {
    let validator = RegionValidator(try PrivateRegion(.small))
    func accepts(
      _ kind: EventKind, slot: UInt32 = 0, detail: UInt8 = 0, a: UInt64 = 0, b: UInt64 = 0,
      worker: UInt16 = 0
    ) -> Bool {
      let event = tp_event(
        ticks: 0, slot: slot, kind: kind.rawValue, detail: detail, tag: 0, a: a, b: b)
      return validator.accepts(event, of: kind, worker: worker)
    }
    #expect(accepts(.pollBegan, slot: 47) && !accepts(.pollBegan, slot: 48))
    #expect(accepts(.pollBegan, worker: 5) && !accepts(.pollBegan, worker: 6))
    #expect(accepts(.taskOrigin, a: 16 << 32) && !accepts(.taskOrigin, a: 17 << 32))
    #expect(accepts(.taskOrigin, a: 63) && !accepts(.taskOrigin, a: 64))
    #expect(accepts(.pollEnded, b: 63) && !accepts(.pollEnded, b: 64))
    #expect(!accepts(.pollEnded, b: 64 << 32) && !accepts(.pollEnded, b: 1 << 48))
    #expect(accepts(.timerOrigin, b: 4 << 32) && !accepts(.timerOrigin, b: 5 << 32))
    #expect(accepts(.taskNamed, detail: 2, b: 0xff) && !accepts(.taskNamed, detail: 2, b: 1 << 56))
    #expect(!accepts(.taskNamed, detail: 3))
    #expect(accepts(.mark, slot: 9999, a: 4095) && !accepts(.mark, a: 4096))
  }
}
