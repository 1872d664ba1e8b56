/// Where a loop receives what is then copied in its real size: one for all transports, so that
/// quiet ones take no memory.
@safe
final class ReceiveBuffer {
  private let storage: UnsafeMutableRawBufferPointer
  // What was given last. Who is done with it before the next is received gives its memory back.
  @safe @exclusivity(unchecked) private var given: [UInt8] = []
  // What comes in larger pieces takes longer to copy than to get memory for.
  private static let mostReused = 16 * 1024

  init() {
    unsafe storage = .allocate(byteCount: Connection.mostReceived, alignment: 16)
  }

  deinit {
    unsafe storage.deallocate()
  }

  /// The bytes that a body has put there; it returns how many.
  func received<Failure: Error>(
    atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [UInt8] {
    let free = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[..<min(limit, storage.count)])
    let count = unsafe try body(free)
    return unsafe copy(UnsafeRawBufferPointer(rebasing: free[..<count]))
  }

  private func copy(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    // Neither larger than what is there nor much smaller.
    guard (given.capacity / 2...given.capacity).contains(bytes.count), bytes.count > 0 else {
      let fresh = unsafe Array(bytes)
      if bytes.count <= Self.mostReused { given = fresh }
      return fresh
    }
    // Gets other memory if somebody has the one that it has.
    given.removeAll(keepingCapacity: true)
    unsafe given.append(contentsOf: bytes)
    return given
  }
}

extension EventLoop {
  /// The bytes that a body receives into the memory it is given; it returns how many.
  ///
  /// The memory has room for `Connection.mostReceived`.
  func received<Failure: Error>(
    atMost limit: Int = .max, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [UInt8] {
    let buffer = receiveBuffer ?? ReceiveBuffer()
    receiveBuffer = buffer
    return unsafe try buffer.received(atMost: limit, body)
  }
}
