import AsyncTopLinux

// Bytes as the kernel takes and gives them, with its errors as they are.
extension Array where Element == UInt8 {
  func withContiguous<Result>(
    _ body: (UnsafeRawBufferPointer) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    let outcome = unsafe withUnsafeBytes { bytes in
      Swift.Result { () throws(Errno) in unsafe try body(bytes) }
    }
    return try outcome.get()
  }

  /// Sends what is from a place on.
  func sent(from start: Int, over descriptor: borrowing FileDescriptor) throws(Errno) -> Int {
    unsafe try withContiguous { (bytes) throws(Errno) in
      unsafe try descriptor.send(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
  }

  /// Receives into it.
  mutating func received(from descriptor: borrowing FileDescriptor) throws(Errno) -> Int {
    unsafe try filled { (bytes) throws(Errno) in unsafe try descriptor.receive(into: bytes) }
  }

  /// Receives a datagram into it.
  mutating func receivedDatagram(
    from descriptor: borrowing FileDescriptor
  ) throws(Errno) -> (count: Int, sender: SocketAddress) {
    unsafe try filled { (bytes) throws(Errno) in
      unsafe try descriptor.receiveDatagram(into: bytes)
    }
  }

  private mutating func filled<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    let outcome = unsafe withUnsafeMutableBytes { bytes in
      Swift.Result { () throws(Errno) in unsafe try body(bytes) }
    }
    return try outcome.get()
  }
}
