import CAsyncTopProbe

/// Writes the tables of a region as the parts of a keyframe.
///
/// A slot is its 64-bit words: which of them are not zero, which of those differ from what they
/// were in the slots before it, and the differences.
struct KeyframeEncoder: ~Copyable {
  private let region: PrivateRegion
  private let head: KeyframeHead
  private let write: (borrowing PayloadWriter) throws(RecordingError) -> Void
  private let partSize: Int
  private var payload = PayloadWriter()
  private var part: UInt64 = 0
  private var openCount = 0  // where the number of slots of the open section stands
  private var sectionCount: UInt32 = 0
  private var context = SlotContext()
  private let selection: ChangedSlots?

  /// Prepares to write the parts, each when it has `partSize` bytes, with a closure that takes its
  /// payload; of some slots, if there is a selection, else of all that are in use.
  init(
    _ region: PrivateRegion, head: KeyframeHead, partSize: Int, only selection: ChangedSlots? = nil,
    write: @escaping (borrowing PayloadWriter) throws(RecordingError) -> Void
  ) {
    self.region = region
    self.head = head
    self.partSize = partSize
    self.selection = selection
    self.write = write
  }

  /// Writes all parts; returns how many slots they hold.
  mutating func encode() throws(RecordingError) -> Int {
    var slots = 0
    begin()
    head.write(to: &payload)
    for table in TableKind.allCases { payload.varint(UInt64(region.high(of: table))) }
    for table in TableKind.allCases { slots += try encode(table) }
    payload.patch32(1, at: 0)
    try write(payload)
    return slots
  }

  // A part begins with whether it is the last, and its number.
  private mutating func begin() {
    payload.rewind(to: 0)
    payload.fixed32(0)
    payload.varint(part)
    part += 1
  }

  private mutating func openSection(_ table: TableKind) {
    payload.byte(table.rawValue)
    openCount = payload.count
    sectionCount = 0
    payload.fixed32(0)
    context.begin(region.arrays(of: table), at: head.ticks)
  }

  private mutating func encode(_ table: TableKind) throws(RecordingError) -> Int {
    let arrays = region.arrays(of: table)
    var slots = 0
    var previous = -1
    openSection(table)
    var next = 0
    let end = Int(region.high(of: table))
    while next < end {
      let slot = selection.map { $0.next(table, from: next, to: end) } ?? next
      guard slot < end else { break }
      next = slot + 1
      let isUsed = isUsed(slot, arrays, table)
      guard isUsed || selection != nil else { continue }
      payload.varint(UInt64(slot - previous - 1))
      previous = slot
      for (index, array) in arrays.enumerated() {
        encode(array, slot, context: SlotContext.words * index, isUsed: isUsed)
      }
      sectionCount += 1
      slots += 1
      if payload.count >= partSize {
        payload.patch32(sectionCount, at: openCount)
        try write(payload)
        begin()
        openSection(table)
        previous = -1
      }
    }
    payload.patch32(sectionCount, at: openCount)
    return slots
  }

  // Every table but the workers' and the sites' has the id first; a slot without one is empty.
  private func isUsed(_ slot: Int, _ arrays: [SlotArray], _ table: TableKind) -> Bool {
    let words = unsafe arrays[0].slot(slot)
    guard table == .workers || table == .sites else { return unsafe words[0] != 0 }
    return (0..<arrays[0].words).contains { unsafe words[$0] != 0 }
  }

  private mutating func encode(_ array: SlotArray, _ slot: Int, context start: Int, isUsed: Bool) {
    let words = unsafe array.slot(slot)
    var present: UInt64 = 0
    var changed: UInt64 = 0
    // What is in a slot that is free does not count.
    if isUsed {
      for word in 0..<array.words where unsafe words[word] != 0 {
        present |= 1 << UInt64(word)
        if unsafe words[word] != context[start + word] { changed |= 1 << UInt64(word) }
      }
    }
    payload.varint(context.flip(present, at: start))
    payload.varint(changed)
    while changed != 0 {
      let word = changed.trailingZeroBitCount
      changed &= changed - 1
      let value = unsafe words[word]
      if array.texts >> word & 1 != 0 {
        payload.varint(value ^ context[start + word])
      } else {
        payload.signed(value &- context[start + word])
      }
      context[start + word] = value
    }
  }
}

/// What the first part of a keyframe says before the tables.
struct KeyframeHead: Hashable {
  var kind: KeyframeKind
  /// The number of events, and of keyframes after a loss, up to and with this one.
  var position: UInt64
  /// The latest moment of those events.
  var ticks: UInt64
  /// Events that were lost before it.
  var lost: UInt64

  init(kind: KeyframeKind, position: UInt64, ticks: UInt64, lost: UInt64 = 0) {
    self.kind = kind
    self.position = position
    self.ticks = ticks
    self.lost = lost
  }

  init?(from reader: inout PayloadReader) {
    let kind = KeyframeKind(rawValue: reader.byte())
    position = reader.varint()
    ticks = reader.fixed64()
    lost = reader.varint()
    guard let kind, !reader.isDamaged else { return nil }
    self.kind = kind
  }

  func write(to payload: inout PayloadWriter) {
    payload.byte(kind.rawValue)
    payload.varint(position)
    payload.fixed64(ticks)
    payload.varint(lost)
  }
}

/// Why a keyframe was written.
enum KeyframeKind: UInt8 {
  /// So that a reader finds the state without all events before it. Events lead to the same state.
  case copy = 0
  /// It is where the recording begins.
  case start = 1
  /// Events before it were lost; it counts as one event itself.
  case afterLoss = 2
  /// Only slots that events which were lost have changed; it counts as one event itself.
  case repair = 3
  /// A copy, but only of slots that differ from the keyframe before it.
  case difference = 4

  /// Whether it holds some slots only; all others are as before.
  var isPartial: Bool { self == .repair || self == .difference }
  /// Whether it counts as an event: what it says does not follow from the events before it.
  var isEvent: Bool { self == .afterLoss || self == .repair }
}
