import AsyncTopLinux

extension EventLoop {
  /// Lets a protocol read from the end of a pipe, a named one too, a socket, a terminal or a file.
  ///
  /// Standard input may be any of them. A file is read on the loop's thread, which waits for the
  /// disk; so is a device that can't be waited for, such as the null device.
  ///
  /// - Parameters:
  ///   - descriptor: The kernel's number, which is taken over: it is closed with the transport. It
  ///     stays blocking for others who have it, a terminal's shell for example; a socket, a named
  ///     pipe or another device is non-blocking until it is closed or the process exits.
  ///   - makeProtocol: Makes the protocol, a `StreamProtocol` or a `BufferedProtocol`.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, `isFolder` for a folder; the descriptor is not taken over then. What
  ///   `makeProtocol` throws; it is closed then.
  @discardableResult
  public func connectReadPipe<Made: ConnectionProtocol>(
    _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) throws -> (transport: any ReadTransport, protocol: Made) {
    let connection = try pipe(descriptor, isWriteOnly: false, at: CallSite(fileID, line))
    return try start(connection, isNew: true, makeProtocol)
  }

  /// Lets a protocol write to the end of a pipe, a named one too, a socket, a terminal or a file.
  ///
  /// When the other end has no reader any more the transport is closed, with `brokenPipe` if
  /// something was left to send. That a socket's other end has ended to send does not count.
  ///
  /// - Parameters:
  ///   - descriptor: The kernel's number, which is taken over: it is closed with the transport. It
  ///     stays blocking for others who have it, as of `connectReadPipe`.
  ///   - makeProtocol: Makes the protocol.
  /// - Returns: The transport and its protocol, which was told of it.
  /// - Throws: `IOError`, `isFolder` for a folder; the descriptor is not taken over then. What
  ///   `makeProtocol` throws; it is closed then.
  @discardableResult
  public func connectWritePipe<Made: ConnectionProtocol>(
    _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line,
    _ makeProtocol: () throws -> Made
  ) throws -> (transport: any WriteTransport, protocol: Made) {
    let connection = try pipe(descriptor, isWriteOnly: true, at: CallSite(fileID, line))
    return try start(connection, isNew: true, makeProtocol)
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
    let given = HandedOver(number)
    do throws(Errno) {
      guard kind != .other else { throw .invalidArgument }
      let connection = try Connection(
        try given.opened(isWritten: isWriteOnly), .named("\(kind) \(name)"), handedOver: given,
        isSocket: kind == .socket, isWriteOnly: isWriteOnly, on: self, at: site)
      connection.reading.givesPieces = kind == .characterDevice
      return connection
    } catch {
      given.giveBack()
      throw site.error(error, "connect", name)
    }
  }
}

/// Reads from the end of a pipe, a named one too, a socket, a terminal or a file: whatever standard
/// input is.
///
/// A file is read on the loop's thread, which waits for the disk; so is a device that can't be
/// waited for, such as the null device.
///
/// - Parameters:
///   - descriptor: The kernel's number, which is taken over: it is closed with the stream. It stays
///     blocking for others who have it, a terminal's shell for example; a socket, a named pipe or
///     another device is non-blocking until it is closed or the process exits.
///   - lineLimit: The longest line, in bytes.
/// - Returns: The stream.
/// - Throws: `IOError`, `isFolder` for a folder; the descriptor is not taken over then.
public func openReadPipe(
  _ descriptor: Int32, lineLimit: Int = StreamReader.usualLineLimit, fileID: StaticString = #fileID,
  line: UInt32 = #line
) throws(IOError) -> StreamReader {
  let loop = EventLoop.required(for: "openReadPipe", fileID, line)
  let site = CallSite(fileID, line)
  return StreamReader(try loop.pipe(descriptor, isWriteOnly: false, at: site), lineLimit: lineLimit)
}

/// Writes to the end of a pipe, a named one too, a socket, a terminal or a file.
///
/// When the other end has no reader any more, `drain()` throws `IOError` with `brokenPipe`; there
/// is no SIGPIPE.
///
/// - Parameter descriptor: The kernel's number, which is taken over: it is closed with the stream.
///   It stays blocking for others who have it, as of `openReadPipe`.
/// - Returns: The stream.
/// - Throws: `IOError`, `isFolder` for a folder; the descriptor is not taken over then.
public func openWritePipe(
  _ descriptor: Int32, fileID: StaticString = #fileID, line: UInt32 = #line
) throws(IOError) -> StreamWriter {
  let loop = EventLoop.required(for: "openWritePipe", fileID, line)
  return StreamWriter(try loop.pipe(descriptor, isWriteOnly: true, at: CallSite(fileID, line)))
}
