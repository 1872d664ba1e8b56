public import AsyncTopLinux

/// What a transport calls, whatever it carries.
///
/// Each of the protocols that are made of it has a `connectionMade` of its own, which gets the
/// transport and which everyone has to write: so a program in which it has another type, and would
/// never be called, does not compile. All other calls can be left out, and then do nothing. Where
/// the conformance stands in an extension, `extension Chat: StreamProtocol { … }`, the compiler
/// warns of methods that are nearly one of them.
///
/// All calls are made on the loop's thread, outside of any task. What one of them throws goes to
/// the exception handler, and the transport is closed with that error.
public protocol BaseProtocol: AnyObject {
  /// The transport is gone.
  ///
  /// Once, and last of all calls, in an iteration of the loop of its own.
  ///
  /// - Parameter error: Why; nil if it was closed on this side, aborted, or ended by the other end.
  /// - Throws: What goes to the exception handler.
  func connectionLost(_ error: (any Error)?) throws

  /// More is buffered than the high mark: write no more for now.
  func pauseWriting() throws

  /// What is buffered has come down to the low mark: write again.
  ///
  /// The two calls strictly take turns.
  func resumeWriting() throws
}

extension BaseProtocol {
  /// Does nothing.
  public func connectionLost(_ error: (any Error)?) throws {}

  /// Does nothing.
  public func pauseWriting() throws {}

  /// Does nothing.
  public func resumeWriting() throws {}
}

/// What a `Transport` calls: of a connection, or of the end of a pipe.
///
/// A `StreamProtocol` or a `BufferedProtocol`, which say how they receive. One that is neither can
/// only be used where nothing is received, as for the end of a pipe to which bytes go.
public protocol ConnectionProtocol: BaseProtocol {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: The transport that calls it, and through which it sends.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: Transport) throws

  /// The other end sends no more.
  ///
  /// - Returns: Whether to keep the transport open, to send; else it is closed.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func eofReceived() throws -> Bool

  /// The other end sends no more, and the transport is closed after this call, as after asyncio's
  /// method that returns none.
  ///
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func eofReceived() throws
}

extension ConnectionProtocol {
  /// Calls the one that returns nothing, and lets the transport be closed.
  public func eofReceived() throws -> Bool {
    try eofReceived() as Void
    return false
  }

  /// Does nothing.
  public func eofReceived() throws {}
}

/// What a transport calls that carries bytes in order: what asyncio's `Protocol` is.
///
/// The order of calls is: made, any number of data, perhaps the end, lost.
public protocol StreamProtocol: ConnectionProtocol {
  /// Bytes have come.
  ///
  /// - Parameter data: The bytes, at least one.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func dataReceived(_ data: [UInt8]) throws
}

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

/// What a transport calls that carries messages.
public protocol DatagramProtocol: BaseProtocol {
  /// The transport is there.
  ///
  /// Once, and first of all calls.
  ///
  /// - Parameter transport: The transport that calls it, and through which it sends.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func connectionMade(_ transport: DatagramTransport) throws

  /// A message has come.
  ///
  /// - Parameters:
  ///   - data: Its bytes, perhaps none.
  ///   - sender: The sender's address.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws

  /// The kernel reports that something was not delivered, such as that no socket is bound there.
  ///
  /// The transport goes on.
  ///
  /// - Parameter error: What it reports.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func errorReceived(_ error: IOError) throws

  /// The same, for protocols that take any error.
  ///
  /// - Parameter error: What the kernel reports.
  /// - Throws: What goes to the exception handler; the transport is closed then.
  func errorReceived(_ error: any Error) throws
}

extension DatagramProtocol {
  /// Calls the one that takes any error.
  public func errorReceived(_ error: IOError) throws {
    try errorReceived(error as any Error)
  }

  /// Does nothing.
  public func errorReceived(_ error: any Error) throws {}
}

/// Takes the place of a protocol that was told that all is over.
///
/// Protocols hold their transports as a rule: this ends it that they keep each other.
final class EndedProtocol: ConnectionProtocol, DatagramProtocol, SubprocessProtocol, Sendable {
  static let shared = EndedProtocol()

  func connectionMade(_ transport: Transport) {}

  func connectionMade(_ transport: DatagramTransport) {}

  func connectionMade(_ transport: SubprocessTransport) {}

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}
}
