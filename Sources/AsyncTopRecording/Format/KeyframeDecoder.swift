import CAsyncTopProbe

/// Fills the tables of a region from the parts of a keyframe, in order.
///
/// Slots that the keyframe leaves out become zero, unless it is a partial one: then they stay.
struct KeyframeDecoder: ~Copyable {
  private let region: PrivateRegion
  private let validator: RegionValidator
  private let version: UInt32
  private let tables: [TableKind]
  /// The head, once the first part was read.
  private(set) var head: KeyframeHead?
  /// Whether the last part was read.
  private(set) var isComplete = false
  private var parts: UInt64 = 0
  private var highs: [UInt32] = []
  private var filled = [Int](repeating: 0, count: TableKind.allCases.count)
  private var context = SlotContext()

  /// Fills a region from a recording of this version.
  init(_ region: PrivateRegion, version: UInt32) {
    self.region = region
    self.version = version
    tables = TableKind.allCases.filter { version > 1 || $0 != .sites }
    validator = RegionValidator(region)
  }

  /// Reads the number of a part and whether it is the last; then the head follows in part 0.
  static func readPart(_ reader: inout PayloadReader) -> (isLast: Bool, number: UInt64) {
    (reader.fixed32() & 1 != 0, reader.varint())
  }

  /// Reads a part; false if it is damaged, and then the tables are in no particular state.
  mutating func add(_ payload: UnsafeRawBufferPointer) -> Bool {
    var reader = unsafe PayloadReader(payload)
    let (isLast, number) = Self.readPart(&reader)
    guard !isComplete, number == parts, !reader.isDamaged else { return false }
    if parts == 0, !begin(&reader) { return false }
    parts += 1
    guard let head else { return false }
    while !reader.isAtEnd {
      guard let table = TableKind(rawValue: reader.byte()), tables.contains(table) else {
        return false
      }
      let count = reader.fixed32()
      guard fill(table, count: count, head, &reader) else { return false }
    }
    if isLast { complete() }
    return !reader.isDamaged
  }

  private mutating func begin(_ reader: inout PayloadReader) -> Bool {
    head = KeyframeHead(from: &reader)
    for table in tables {
      highs.append(UInt32(reader.bounded(Int(region.capacities[table]))))
    }
    let isKnown = head.map { version > 2 || !$0.kind.isPartial } ?? false
    return isKnown && !reader.isDamaged
  }

  private mutating func fill(
    _ table: TableKind, count: UInt32, _ head: KeyframeHead, _ reader: inout PayloadReader
  ) -> Bool {
    let arrays = region.arrays(of: table)
    context.begin(arrays, at: head.ticks)
    let index = Int(table.rawValue)
    let end = Int(highs[index])
    var slot = -1
    for _ in 0..<count {
      let gap = reader.bounded(end)
      slot += gap + 1
      guard slot >= filled[index], slot < end else { return false }
      if slot > filled[index], !head.kind.isPartial {
        region.clear(table, filled[index]..<slot)
      }
      guard region.makeRoom(for: slot, of: table) else { return false }
      for (number, array) in arrays.enumerated() {
        if version > 2 {
          decode(array, slot, context: SlotContext.words * number, &reader)
        } else {
          decodeAlone(array, slot, head.ticks, &reader)
        }
      }
      filled[index] = slot + 1
      guard !reader.isDamaged, validator.acceptsSlot(slot, of: table) else { return false }
    }
    return true
  }

  private mutating func decode(
    _ array: SlotArray, _ slot: Int, context start: Int, _ reader: inout PayloadReader
  ) {
    let words = unsafe array.slot(slot)
    let present = context.unflip(reader.varint(), at: start)
    let changed = reader.varint()
    if present >> UInt64(array.words) != 0 || changed & ~present != 0 { reader.fail() }
    for word in 0..<array.words {
      guard present >> UInt64(word) & 1 != 0 else {
        unsafe words[word] = 0
        continue
      }
      if changed >> UInt64(word) & 1 != 0 {
        let before = context[start + word]
        context[start + word] =
          array.texts >> word & 1 != 0 ? before ^ reader.varint() : before &+ reader.signed()
      }
      unsafe words[word] = context[start + word]
    }
  }

  // As before version 3, where a slot was said without the one before it.
  private func decodeAlone(
    _ array: SlotArray, _ slot: Int, _ ticks: UInt64, _ reader: inout PayloadReader
  ) {
    let words = unsafe array.slot(slot)
    let present = reader.varint()
    let known = version == 1 ? array.firstWords : array.words
    if known < 64 && present >> UInt64(known) != 0 { reader.fail() }
    for word in 0..<array.words {
      guard present >> UInt64(word) & 1 != 0 else {
        unsafe words[word] = 0
        continue
      }
      if array.ticks >> word & 1 != 0 {
        unsafe words[word] = ticks &- reader.signed()
      } else if array.texts >> word & 1 != 0 {
        unsafe words[word] = reader.fixed64()
      } else {
        unsafe words[word] = reader.varint()
      }
    }
  }

  private mutating func complete() {
    isComplete = true
    if head?.kind.isPartial == true { return completePart() }
    for table in TableKind.allCases {
      // What is there counts, not how many slots are said to have been used; some more are free.
      let index = Int(table.rawValue)
      let (end, said) = (filled[index], index < highs.count ? Int(highs[index]) : 0)
      region.clear(table, end..<max(end, Int(region.capacities[table])))
      region.setHigh(of: table, to: UInt32(min(said, end + RecordingLimits.freeSlots)))
    }
  }

  private func completePart() {
    for table in tables {
      let index = Int(table.rawValue)
      let end = max(filled[index], Int(region.high(of: table)))
      region.setHigh(of: table, to: UInt32(min(Int(highs[index]), end + RecordingLimits.freeSlots)))
    }
  }
}

/// An array of slots as a keyframe sees it: so many words of 64 bits to a slot, and what kind each
/// is.
@safe
struct SlotArray {
  let start: UnsafeMutablePointer<UInt64>
  /// Words of a slot.
  let words: Int
  /// A bit for each word that holds a moment in ticks.
  let ticks: UInt32
  /// A bit for each word that holds eight bytes of text.
  let texts: UInt32
  /// Words of a slot in version 1 of the format, which are the same and come first.
  let firstWords: Int

  init<Slot>(
    _ slots: UnsafeMutablePointer<Slot>, ticks: UInt32 = 0, texts: UInt32 = 0,
    firstWords: Int? = nil
  ) {
    unsafe start = unsafe UnsafeMutableRawPointer(slots).assumingMemoryBound(to: UInt64.self)
    words = MemoryLayout<Slot>.stride / 8
    self.firstWords = firstWords ?? words
    self.ticks = ticks
    self.texts = texts
  }

  /// The words of a slot.
  @inline(__always)
  func slot(_ index: Int) -> UnsafeMutablePointer<UInt64> {
    unsafe start + index * words
  }

  /// Makes slots zero.
  func clear(_ slots: Range<Int>) {
    unsafe (start + slots.lowerBound * words).update(repeating: 0, count: slots.count * words)
  }
}
