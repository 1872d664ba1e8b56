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
