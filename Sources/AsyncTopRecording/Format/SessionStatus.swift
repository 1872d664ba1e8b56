import CAsyncTopProbe

/// What the region's header says beside the tables, at a moment: the clock, and what is missing.
struct SessionStatus: Hashable, Sendable {
  var ticks: UInt64
  var monotonic: UInt64
  var state: UInt32
  var nativeStatus: UInt32
  var lostThreads: UInt64
  /// Entities that found no slot: tasks, groups, timers, resources, loops.
  var unlisted: [UInt64]

  /// What a region says at a moment whose ticks and nanoseconds were read together.
  init(_ header: tp_header, ticks: UInt64, monotonic: UInt64) {
    self.ticks = ticks
    self.monotonic = monotonic
    state = header.state
    nativeStatus = header.native_status
    lostThreads = header.lost_threads
    unlisted = [
      header.tasks.unlisted, header.groups.unlisted, header.timers.unlisted,
      header.resources.unlisted, header.loops.unlisted,
    ]
  }

  /// Reads the block; nil if it is damaged.
  init?(_ payload: UnsafeRawBufferPointer) {
    var reader = unsafe PayloadReader(payload)
    ticks = reader.fixed64()
    monotonic = reader.fixed64()
    state = reader.varint32()
    nativeStatus = reader.varint32()
    lostThreads = reader.varint()
    unlisted = []
    for _ in 0..<5 { unlisted.append(reader.varint()) }
    if reader.isDamaged { return nil }
  }

  func write(to payload: inout PayloadWriter) {
    payload.fixed64(ticks)
    payload.fixed64(monotonic)
    payload.varint(UInt64(state))
    payload.varint(UInt64(nativeStatus))
    payload.varint(lostThreads)
    for count in unlisted { payload.varint(count) }
  }

  /// Fills in the header of a region.
  func describe(_ header: UnsafeMutablePointer<tp_header>) {
    unsafe header.pointee.state = state
    unsafe header.pointee.native_status = nativeStatus
    unsafe header.pointee.lost_threads = lostThreads
    unsafe header.pointee.tasks.unlisted = unlisted[0]
    unsafe header.pointee.groups.unlisted = unlisted[1]
    unsafe header.pointee.timers.unlisted = unlisted[2]
    unsafe header.pointee.resources.unlisted = unlisted[3]
    unsafe header.pointee.loops.unlisted = unlisted[4]
  }
}
