import LinuxSystem

/// A stream can't go on.
public enum StreamError: Error, CustomStringConvertible {
  /// The connection is broken. The kernel's words for why.
  case connectionLost(String)
  /// Nothing could be reached at the address. The reason for the last one tried.
  case cannotConnect(String, reason: String)
  /// Nothing can listen at the address.
  case cannotListen(String, reason: String)
  /// The stream was closed on this side.
  case closed
  /// The other end sent no more, but more was expected. What it sent of that.
  case incomplete(partial: [UInt8], expected: Int)
  /// A line is longer than the limit of the reader. It stays in the buffer, as far as it has come.
  case overLimit(Int)
  /// Another task waits for the same reader.
  case alreadyReading

  /// For people.
  public var description: String {
    switch self {
    case .connectionLost(let reason): "connection lost: \(reason)"
    case .cannotConnect(let address, let reason): "can't connect to \(address): \(reason)"
    case .cannotListen(let address, let reason): "can't listen on \(address): \(reason)"
    case .closed: "the stream is closed"
    case .incomplete(let partial, let expected):
      "the other end closed after \(partial.count) of \(expected) bytes"
    case .overLimit(let limit): "a line is longer than \(limit) bytes"
    case .alreadyReading: "another task reads from this stream"
    }
  }
}
