import AsyncTopLinux

/// First in, first out: what a loop has to run.
///
/// A ring that doubles when it is full and never shrinks; eight bytes for each item of the most
/// that were ever ready at once.
@safe
struct ReadyQueue: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt>
  private var mask: Int
  private var head = 0
  private var tail = 0

  init() {
    unsafe storage = .allocate(capacity: 1024)
    mask = 1023
  }

  deinit {
    unsafe storage.deallocate()
  }

  var count: Int {
    @inline(__always) get { tail &- head }
  }

  @inline(__always)
  mutating func append(_ item: ReadyItem) {
    if count > mask { grow() }
    unsafe storage[tail & mask] = item.bits
    tail &+= 1
  }

  /// The queue must not be empty.
  @inline(__always)
  mutating func removeFirst() -> ReadyItem {
    assert(count > 0)
    let bits = unsafe storage[head & mask]
    head &+= 1
    return ReadyItem(bits: bits)
  }

  /// What is in it, in order.
  var items: [ReadyItem] {
    (0..<count).map { unsafe ReadyItem(bits: storage[(head &+ $0) & mask]) }
  }

  /// Puts other items in their places: the same ones, in another order.
  mutating func reorder(_ items: [ReadyItem]) {
    if items.count != count { programmerError("a queue is reordered with other items") }
    for (index, item) in items.enumerated() {
      unsafe storage[(head &+ index) & mask] = item.bits
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<UInt>.allocate(capacity: 2 * (mask + 1))
    let count = count
    for index in 0..<count {
      unsafe larger[index] = storage[(head &+ index) & mask]
    }
    unsafe storage.deallocate()
    unsafe storage = larger
    mask = 2 * mask + 1
    head = 0
    tail = count
  }
}
