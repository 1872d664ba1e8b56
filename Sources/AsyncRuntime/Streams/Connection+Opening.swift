import Instrumentation
import LinuxSystem

/// Connects to a host, trying its addresses one after the other.
///
/// - Parameters:
///   - host: A name or an address. A name that needs the network to be resolved blocks the loop
///     meanwhile.
///   - port: The port.
///   - limit: The longest line of the reader, in bytes.
///   - fileID: The file that asynctop shows; leave it out.
///   - line: The line that asynctop shows; leave it out.
/// - Returns: The two ends of the connection.
/// - Throws: `StreamError.cannotConnect`, `CancelledError`.
public nonisolated(nonsending) func openConnection(
  host: String, port: UInt16, limit: Int = 65536,
  fileID: StaticString = #fileID, line: UInt32 = #line
) async throws -> (StreamReader, StreamWriter) {
  let loop = EventLoop.required(for: "openConnection")
  let site = Probe.site(fileID, line)
  var reason = "no address"
  for address in try addresses(of: host, port) {
    switch try await Connection.open(address, on: loop, at: site) {
    case .success(let connection):
      return (
        StreamReader(connection, limit: limit), StreamWriter(connection, peer: "\(address)")
      )
    case .failure(let error): reason = "\(error)"
    }
  }
  throw StreamError.cannotConnect("\(host):\(port)", reason: reason)
}

private func addresses(of host: String, _ port: UInt16) throws(StreamError) -> [SocketAddress] {
  do throws(AddressError) {
    return try SocketAddress.resolve(host, port: port)
  } catch {
    throw .cannotConnect("\(host):\(port)", reason: error.reason)
  }
}

extension Connection {
  nonisolated(nonsending)
    fileprivate static func open(
      _ address: SocketAddress, on loop: EventLoop, at site: UInt32
    ) async throws -> Result<Connection, Errno>
  {
    let connection: Connection
    var isConnected = false
    do throws(Errno) {
      let socket = try FileDescriptor.stream(for: address)
      isConnected = try socket.connect(to: address)
      connection = try Connection(
        socket, loop: loop, name: { "tcp → \(address)" }, site: site)
    } catch {
      return .failure(error)
    }
    if !isConnected {
      do {
        try await connection.waitConnected(at: site)
      } catch {
        connection.abandon()
        throw error
      }
    }
    if let error = connection.socketError {
      connection.abandon()
      return .failure(error)
    }
    return .success(connection)
  }
}
