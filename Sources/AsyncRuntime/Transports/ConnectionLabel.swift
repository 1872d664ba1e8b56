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
