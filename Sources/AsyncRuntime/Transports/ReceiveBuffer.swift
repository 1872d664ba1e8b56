/// Where a loop receives what is then copied in its real size: one for all transports, so that
/// quiet ones take no memory.
@safe
final class ReceiveBuffer {
  private let storage: UnsafeMutableRawBufferPointer

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
    return unsafe Array(free[..<count])
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
