import LinuxSystem

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
    var failure: Errno?
    let count = unsafe withUnsafeMutableBytes { bytes in
      do throws(Errno) {
        return unsafe try descriptor.receive(into: bytes)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return count
  }
}
