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

/// Where a loop receives what is then copied in its real size: one for all transports, so that
/// quiet ones take no memory.
///
/// On the loop's thread only. Nothing is called while it is changed.
@safe
final class ReceiveBuffer {
  // Made with its first use.
  @exclusivity(unchecked) private var storage: UnsafeMutableRawBufferPointer?
  // What was given last. Its memory is used again if its receiver has dropped it by then.
  @safe @exclusivity(unchecked) private var given: [UInt8] = []
  // How much came last.
  @safe @exclusivity(unchecked) private var lastCount = 0
  // What comes in larger pieces takes longer to copy than to get memory for.
  private static let mostReused = 16 * 1024
  // Up to this size, one copy too many (if the receiver still has the last one) costs little.
  private static let mostOverwritten = 4096

  deinit {
    unsafe storage?.deallocate()
  }

  /// The bytes that a body receives into the memory it is given; it returns how many.
  ///
  /// The memory has room for `Connection.mostReceived`.
  @inline(__always)
  func received<Failure: Error>(
    atMost limit: Int = .max, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [UInt8] {
    // All that is asked for must have room: a datagram is received whole or loses its rest.
    if lastCount > Self.mostReused && limit <= 2 * lastCount {
      return unsafe try receivedUncopied(atMost: limit, body)
    }
    let storage = unsafe storage ?? allocate()
    let free = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[..<min(limit, storage.count)])
    let count = unsafe try body(free)
    lastCount = count
    return unsafe copy(UnsafeRawBufferPointer(rebasing: free[..<count]))
  }

  // The same, into the memory that is given to the reader. It is worth it for what is large.
  private func receivedUncopied<Failure: Error>(
    atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [UInt8] {
    let room = min(limit, Connection.mostReceived)
    var failure: Failure?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { free, count in
      do throws(Failure) {
        count = unsafe try body(UnsafeMutableRawBufferPointer(free))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    lastCount = bytes.count
    // No array keeps memory twice as large as what is in it.
    return 2 * bytes.count < room ? unsafe bytes.withUnsafeBytes { unsafe Array($0) } : bytes
  }

  private func allocate() -> UnsafeMutableRawBufferPointer {
    let made = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Connection.mostReceived, alignment: 16)
    unsafe storage = unsafe made
    return unsafe made
  }

  private func copy(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard bytes.count > 0 else { return [] }
    if bytes.count == given.count && bytes.count <= Self.mostOverwritten {
      unsafe given.withUnsafeMutableBytes { unsafe $0.copyMemory(from: bytes) }
      return given
    }
    // Neither larger than what is there nor much smaller.
    guard (given.capacity / 2...given.capacity).contains(bytes.count) else {
      let fresh = unsafe Array(bytes)
      if bytes.count <= Self.mostReused { given = fresh }
      return fresh
    }
    // Gets other memory if the last array still has a reference.
    given.removeAll(keepingCapacity: true)
    unsafe given.append(contentsOf: bytes)
    return given
  }
}
