import Glibc

extension UnsafeRawBufferPointer {
  /// The offset of the first byte of a value; nil if there is none.
  ///
  /// By `memchr`, many bytes at a time.
  ///
  /// - Parameter byte: The value.
  /// - Returns: Its distance from the start.
  public func offset(of byte: UInt8) -> Int? {
    guard let start = baseAddress,
      let found = unsafe memchr(start, CInt(byte), count)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - start
  }
}
