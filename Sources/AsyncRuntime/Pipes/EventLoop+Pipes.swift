import LinuxSystem

extension EventLoop {
  /// Lets a protocol read from the end of a pipe, a named one too, a socket or a terminal.
  ///
  /// - Parameters:
  ///   - descriptor: The kernel's number, which is taken over: it is closed with the transport.
  ///     What it stands for becomes non-blocking, also for others who have it.
  ///   - fileID: The file that asynctop and errors show; leave it out.
  ///   - line: The line that they show; leave it out.
  ///   - makeProtocol: Makes the protocol, a `Protocol` or a `BufferedProtocol`.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, `invalidArgument` for a file or a folder; the descriptor is closed then.
  ///   What `makeProtocol` throws.
  @discardableResult
  public func connectReadPipe<Made: BaseProtocol>(
    _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) throws -> (any ReadTransport, Made) {
    let connection = try pipe(descriptor, isWriteOnly: false, at: CallSite(fileID, line))
    return try start(connection, makeProtocol)
  }

  /// Lets a protocol write to the end of a pipe, a named one too, a socket or a terminal.
  ///
  /// When nobody reads the other end any more the transport is closed, with `brokenPipe` if
  /// something was left to send. That a socket's other end has ended to send does not count.
  ///
  /// - Parameters:
  ///   - descriptor: The kernel's number, which is taken over: it is closed with the transport.
  ///     What it stands for becomes non-blocking, also for others who have it.
  ///   - fileID: The file that asynctop and errors show; leave it out.
  ///   - line: The line that they show; leave it out.
  ///   - makeProtocol: Makes the protocol.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, `invalidArgument` for a file or a folder; the descriptor is closed then.
  ///   What `makeProtocol` throws.
  @discardableResult
  public func connectWritePipe<Made: BaseProtocol>(
    _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) throws -> (any WriteTransport, Made) {
    let connection = try pipe(descriptor, isWriteOnly: true, at: CallSite(fileID, line))
    return try start(connection, makeProtocol)
  }

  func pipe(
    _ number: Int32, isWriteOnly: Bool, at site: CallSite
  ) throws(IOError) -> Connection {
    checkThread()
    checkOpen()
    let name = "\(isWriteOnly ? "to" : "from") descriptor \(number)"
    guard number >= 0 else { throw site.error(.badDescriptor, "connect", name) }
    let kind: FileDescriptor.Kind
    do throws(Errno) {
      kind = try FileDescriptor.kind(of: number)
    } catch {
      throw site.error(error, "connect", name)
    }
    let descriptor = FileDescriptor(owning: number)
    do throws(Errno) {
      guard kind != .other else { throw .invalidArgument }
      try descriptor.setNonBlocking(true)
      return try Connection(
        descriptor, .named("\(kind) \(name)"), isSocket: kind == .socket,
        isWriteOnly: isWriteOnly, on: self, at: site)
    } catch {
      throw site.error(error, "connect", name)
    }
  }
}

/// Reads from the end of a pipe, a named one too, a socket or a terminal.
///
/// - Parameters:
///   - descriptor: The kernel's number, which is taken over: it is closed with the stream. What it
///     stands for becomes non-blocking, also for others who have it.
///   - limit: The longest line, in bytes.
///   - fileID: The file that asynctop and errors show; leave it out.
///   - line: The line that they show; leave it out.
/// - Returns: The stream.
/// - Throws: `IOError`, `invalidArgument` for a file or a folder; the descriptor is closed then.
public func openReadPipe(
  _ descriptor: Int32, limit: Int = StreamReader.usualLimit, fileID: StaticString = #fileID,
  line: UInt32 = #line
) throws(IOError) -> StreamReader {
  let loop = EventLoop.required(for: "openReadPipe")
  let site = CallSite(fileID, line)
  return StreamReader(try loop.pipe(descriptor, isWriteOnly: false, at: site), limit: limit)
}

/// Writes to the end of a pipe, a named one too, a socket or a terminal.
///
/// When nobody reads the other end any more, `drain()` throws `IOError` with `brokenPipe`; there is
/// no SIGPIPE.
///
/// - Parameters:
///   - descriptor: The kernel's number, which is taken over: it is closed with the stream. What it
///     stands for becomes non-blocking, also for others who have it.
///   - fileID: The file that asynctop and errors show; leave it out.
///   - line: The line that they show; leave it out.
/// - Returns: The stream.
/// - Throws: `IOError`, `invalidArgument` for a file or a folder; the descriptor is closed then.
public func openWritePipe(
  _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line
) throws(IOError) -> StreamWriter {
  let loop = EventLoop.required(for: "openWritePipe")
  return StreamWriter(try loop.pipe(descriptor, isWriteOnly: true, at: CallSite(fileID, line)))
}
