import AsyncTopLinux

/// Items, first in, first out: a ring that doubles when it is full and never shrinks.
@safe
struct ItemRing<Item>: ~Copyable {
  private var storage: UnsafeMutablePointer<Item>?
  private var mask = -1
  private var head = 0
  private(set) var count = 0

  deinit {
    for place in 0..<count {
      unsafe storage?.advanced(by: (head + place) & mask).deinitialize(count: 1)
    }
    unsafe storage?.deallocate()
  }

  // Inlined where it is called: otherwise the ring's type would be looked up for each call.
  @inline(__always)
  mutating func append(_ item: Item) {
    if count > mask { grow() }
    unsafe storage?.advanced(by: (head + count) & mask).initialize(to: item)
    count += 1
  }

  /// The ring must not be empty.
  @inline(__always)
  mutating func removeFirst() -> Item {
    guard count > 0, let storage = unsafe storage else {
      programmerError("an item is taken that is not there")
    }
    let place = head
    head = (head + 1) & mask
    count -= 1
    return unsafe storage.advanced(by: place).move()
  }

  private mutating func grow() {
    let room = Swift.max(2 * (mask + 1), 16)
    let larger = UnsafeMutablePointer<Item>.allocate(capacity: room)
    if let storage = unsafe storage {
      // It is full: first what lies from the head to the end, then what lies before the head.
      let atEnd = count - head
      unsafe larger.moveInitialize(from: storage + head, count: atEnd)
      unsafe (larger + atEnd).moveInitialize(from: storage, count: head)
      unsafe storage.deallocate()
    }
    unsafe storage = larger
    mask = room - 1
    head = 0
  }
}
