/// Tells whether memory grows.
struct Growth {
  /// How much more heap may be in use than at the worst of the warming up: what lists and buffers
  /// that are kept for the next time may take.
  static let heapAllowance = 256 * 1024
  /// The same for what the process has in memory, of which the kernel and malloc(3) keep some.
  static let residentAllowance = 16 * 1024 * 1024

  private var heap = 0
  private var resident = 0
  /// Whether it has looked after the warming up.
  private(set) var isKnown = false

  /// Returns what is wrong with what is in use now.
  mutating func note(_ memory: (heap: Int, resident: Int), isWarm: Bool) -> String? {
    guard isWarm else {
      heap = max(heap, memory.heap)
      resident = max(resident, memory.resident)
      return nil
    }
    isKnown = true
    let (more, moreResident) = (memory.heap - heap, memory.resident - resident)
    if more > Self.heapAllowance {
      return "the heap has grown by \(more) bytes since the warming up"
    }
    if moreResident > Self.residentAllowance {
      return "the process has grown by \(moreResident) bytes since the warming up"
    }
    return nil
  }
}
