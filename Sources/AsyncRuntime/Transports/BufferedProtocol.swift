/// What a transport calls that carries bytes in order, into memory that is the protocol's.
///
/// Nothing is copied or allocated for what comes.
public protocol BufferedProtocol: ConnectionProtocol {
  /// Where what comes next is to be put.
  ///
  /// - Parameter sizeHint: How much may come; the memory may be larger or smaller.
  /// - Returns: At least one byte of memory, valid until `bufferUpdated` or the end was called.
  ///   With none, the transport is closed with an error.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func getBuffer(sizeHint: Int) throws -> UnsafeMutableRawBufferPointer

  /// Bytes were put in the memory that `getBuffer` returned last.
  ///
  /// - Parameter count: How many, from its start.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func bufferUpdated(_ count: Int) throws
}
