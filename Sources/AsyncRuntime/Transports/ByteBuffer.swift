import AsyncTopLinux

/// Bytes that are appended at one end and taken from the other.
///
/// Grows as needed, moves its bytes to the front when that makes room, and gives memory back when
/// it is empty and has grown large.
@safe
struct ByteBuffer: ~Copyable {
  private var storage: UnsafeMutableRawBufferPointer
  private var head = 0
  private var tail = 0

  // What an empty one keeps.
  private static let kept = 256 * 1024

  init() {
    unsafe storage = .allocate(byteCount: 0, alignment: 1)
  }

  deinit {
    unsafe storage.deallocate()
  }

  var count: Int { tail - head }
  var isEmpty: Bool { head == tail }

  /// The bytes, while the body runs.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe try body(UnsafeRawBufferPointer(rebasing: storage[head..<tail]))
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    unsafe UnsafeMutableRawBufferPointer(rebasing: storage[tail...]).copyMemory(from: bytes)
    tail += bytes.count
  }

  /// Lets a body write to the free end of at least some bytes, and at most so many more.
  ///
  /// The body returns how many it wrote.
  mutating func append(
    atLeast room: Int, atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> Int {
    reserve(room)
    let end = unsafe min(storage.count, tail + max(limit, room))
    let written = unsafe try body(UnsafeMutableRawBufferPointer(rebasing: storage[tail..<end]))
    tail += written
    return written
  }

  mutating func removeFirst(_ count: Int) {
    if count > self.count { programmerError("more bytes are removed than are there") }
    head += count
    guard head == tail else { return }
    head = 0
    tail = 0
    guard unsafe storage.count > Self.kept else { return }
    unsafe storage.deallocate()
    unsafe storage = .allocate(byteCount: 0, alignment: 1)
  }

  mutating func removeAll() {
    removeFirst(count)
  }

  /// Takes the first bytes.
  mutating func take(_ count: Int) -> [UInt8] {
    let source = unsafe UnsafeRawBufferPointer(rebasing: storage[head..<head + count])
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, used in
      unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
      used = count
    }
    removeFirst(count)
    return bytes
  }

  /// The place of a byte, counted from the first, looking from a place on.
  func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    let searched = unsafe UnsafeRawBufferPointer(rebasing: storage[(head + start)..<tail])
    return unsafe searched.offset(of: byte).map { $0 + start }
  }

  /// Whether some bytes are at a place.
  func has(_ bytes: [UInt8], at place: Int) -> Bool {
    guard place >= 0, place + bytes.count <= count else { return false }
    let found = unsafe storage[(head + place)..<(head + place + bytes.count)]
    return unsafe found.elementsEqual(bytes)
  }

  private mutating func reserve(_ room: Int) {
    guard unsafe storage.count - tail < room else { return }
    let count = count
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: storage[head..<tail])
    if unsafe storage.count >= count + room && head >= count {
      unsafe storage.copyMemory(from: bytes)
    } else {
      let size = unsafe max(storage.count * 2, count + room)
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 1)
      unsafe larger.copyMemory(from: bytes)
      unsafe storage.deallocate()
      unsafe storage = larger
    }
    head = 0
    tail = count
  }
}
