// What is printed of a connection. On another thread than the loop's only the name is, which never
// changes.
extension Connection {
  static func state(isClosing: Bool, isShut: Bool, lost: (any Error)?) -> String {
    if let lost { return "broken: \(lost)" }
    return isShut ? "closed" : isClosing ? "closing" : "open"
  }

  fileprivate enum Direction {
    case receiving, sending, both
  }

  fileprivate func description(of type: String, _ direction: Direction) -> String {
    guard isOnThread else { return "\(type)(\(label))" }
    var parts = [Self.state(isClosing: isClosing, isShut: isShut, lost: lost)]
    if direction != .sending {
      if reading.isAtEnd && !isShut { parts.append("at its end") }
      parts.append("\(reading.received) bytes received")
      if !input.isEmpty { parts.append("\(input.count) unread") }
    }
    if direction != .receiving {
      parts.append("\(writing.given) \(direction == .both ? "" : "bytes ")sent")
      if !output.isEmpty { parts.append("\(output.count) kept") }
    }
    return "\(type)(\(label), \(parts.joined(separator: ", ")))"
  }
}

extension Transport {
  /// For people: `Transport(tcp 127.0.0.1:80 ← 127.0.0.1:51234, open, 12 bytes received, 30 sent)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String { connection.description(of: "Transport", .both) }
}

extension StreamReader: CustomStringConvertible {
  /// For people: `StreamReader(tcp → 127.0.0.1:80, open, 12 bytes received, 4 unread)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String { connection.description(of: "StreamReader", .receiving) }
}

extension StreamWriter: CustomStringConvertible {
  /// For people: `StreamWriter(tcp → 127.0.0.1:80, open, 30 bytes sent)`.
  ///
  /// On another thread than the loop's only the name.
  public var description: String { connection.description(of: "StreamWriter", .sending) }
}

extension TransportSocket: CustomStringConvertible {
  /// For people: `TransportSocket(7)`.
  public var description: String { "TransportSocket(\(number))" }
}

/// What people call a connection.
enum ConnectionLabel: CustomStringConvertible {
  /// The other end of it came to a listener, named `tcp 127.0.0.1:80`.
  case accepted(listener: String, peer: SocketAddress?)
  /// It was opened to an address.
  case opened(to: SocketAddress)
  /// Something else.
  case named(String)

  var description: String {
    switch self {
    case .accepted(let listener, let peer):
      if let peer, peer.family != .unix || peer.path != nil {
        "\(listener) ← \(peer)"
      } else {
        "\(listener) ←"
      }
    case .opened(let address): "\(Self.scheme(of: address)) → \(address)"
    case .named(let name): name
    }
  }

  /// `tcp 127.0.0.1:80`, `unix /run/app.sock`.
  static func listener(_ address: SocketAddress) -> String { "\(scheme(of: address)) \(address)" }

  private static func scheme(of address: SocketAddress) -> String {
    address.family == .unix ? "unix" : "tcp"
  }
}
