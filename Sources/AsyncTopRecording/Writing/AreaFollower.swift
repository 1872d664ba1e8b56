import CAsyncTopProbe

/// Copies what a region appends to one of its areas, to the private region and to the recording.
///
/// An app reserves room, then fills it: an entry that nobody refers to yet may be half written when
/// it is copied. So each call compares again what was new at the last one, and the last call
/// everything. Entries that an event refers to were complete before the event, and are copied
/// before it is written.
@safe
struct AreaFollower {
  let area: RegionArea
  private let live: tp_region
  private var settled = 0
  private var seen = 0

  init(_ area: RegionArea, of live: tp_region) {
    self.area = area
    unsafe self.live = unsafe live
  }

  /// Copies and writes what is new.
  mutating func copy(
    to region: PrivateRegion, _ output: BlockOutput, all: Bool = false
  ) throws(RecordingError) {
    let extent = unsafe area.extent(in: live.header.pointee)
    let room = unsafe area.extent(in: region.header.pointee).capacity
    let used = Int(min(extent.used, room))
    let source = unsafe area.start(in: live)
    let target = unsafe area.start(in: region.tables.pointee)
    let stride = area.stride
    var first = all ? 0 : settled
    while first < used, first < seen, unsafe isSame(source, target, entry: first) { first += 1 }
    settled = seen
    seen = used
    guard first < used else { return }
    unsafe (target + first * stride).copyMemory(
      from: source + first * stride, byteCount: (used - first) * stride)
    unsafe area.setUsed(UInt32(used), in: region.header)
    try unsafe write(first..<used, from: target, output)
  }

  private func isSame(
    _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, entry: Int
  ) -> Bool {
    let stride = area.stride
    let entries = unsafe (left + entry * stride, right + entry * stride)
    return unsafe UnsafeRawBufferPointer(start: entries.0, count: stride)
      .elementsEqual(UnsafeRawBufferPointer(start: entries.1, count: stride))
  }

  // From the copy, which no longer changes: in pieces that a block may have.
  private func write(
    _ entries: Range<Int>, from start: UnsafeRawPointer, _ output: BlockOutput
  ) throws(RecordingError) {
    let piece = (1 << 20) / area.stride
    for first in stride(from: entries.lowerBound, to: entries.upperBound, by: piece) {
      let count = min(piece, entries.upperBound - first)
      var payload = PayloadWriter(capacity: count * area.stride + 16)
      payload.varint(UInt64(first))
      unsafe payload.raw(
        UnsafeRawBufferPointer(start: start + first * area.stride, count: count * area.stride))
      try output.write(area.block, payload)
    }
  }
}
