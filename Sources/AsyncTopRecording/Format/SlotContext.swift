/// What the slots of a section so far foretell of the next one: its words, and which are not zero.
///
/// A word is foretold to be what it was in the last slot where it was not zero; before there is
/// one, 0, or the keyframe's moment if it is one.
@safe
struct SlotContext: ~Copyable {
  /// Words of an array of slots at most; a table has three arrays at most.
  static let words = 32
  private static let arrays = 3
  private let values: UnsafeMutablePointer<UInt64>

  init() {
    unsafe values = .allocate(capacity: Self.arrays * (Self.words + 1))
    begin()
  }

  deinit { unsafe values.deallocate() }

  /// Forgets everything: a section begins.
  mutating func begin(_ arrays: [SlotArray] = [], at ticks: UInt64 = 0) {
    unsafe values.update(repeating: 0, count: Self.arrays * (Self.words + 1))
    for (index, array) in arrays.enumerated() {
      for word in 0..<array.words where array.ticks >> word & 1 != 0 {
        unsafe values[Self.words * index + word] = ticks
      }
    }
  }

  @inline(__always)
  subscript(index: Int) -> UInt64 {
    get { unsafe values[index] }
    nonmutating set { unsafe values[index] = newValue }
  }

  /// Which bits differ from those of the last slot; of an array whose words begin at an index.
  @inline(__always)
  mutating func flip(_ bits: UInt64, at start: Int) -> UInt64 {
    let index = Self.arrays * Self.words + start / Self.words
    let before = unsafe values[index]
    unsafe values[index] = bits
    return bits ^ before
  }

  /// The bits that differ in these from those of the last slot.
  @inline(__always)
  mutating func unflip(_ bits: UInt64, at start: Int) -> UInt64 {
    let index = Self.arrays * Self.words + start / Self.words
    unsafe values[index] ^= bits
    return unsafe values[index]
  }
}
