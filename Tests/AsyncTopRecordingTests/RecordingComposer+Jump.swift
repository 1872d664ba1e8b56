@testable import AsyncTopRecording

extension RecordingComposer {
  /// Says that the region was filled from elsewhere: at the beginning, or after events were lost.
  func jump(lost: UInt64, at moment: UInt64) throws {
    guard !isEmpty else { return try begin(at: moment) }
    try note(
      RecordingGap(
        kind: .lost, position: position, start: ticks, end: max(ticks, moment), count: lost,
        workers: [0]))
    let slots = try ChangedSlots(region.capacities)
    for table in TableKind.allCases {
      for slot in 0..<Int(region.high(of: table)) { slots.insert(slot, of: table) }
    }
    try repair(slots, at: moment)
  }
}
