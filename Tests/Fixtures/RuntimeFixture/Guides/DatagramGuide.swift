import AsyncRuntime

struct DatagramGuide {
  static func main() throws {
    try run {
      guard let loop = EventLoop.running else { return }
      let (server, _) = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { Echo() }
      guard let address = server.localAddress else { return }
      let (client, caller) = try await loop.createDatagramEndpoint(
        remote: ("127.0.0.1", address.port)
      ) { Caller() }
      try client.send("hello")
      print(try await withTimeout(.seconds(5)) { try await caller.answers.get() })

      server.close()
      try await sleep(0.01)
      try client.send("is anybody there?")
      print(try await withTimeout(.seconds(5)) { try await caller.answers.get() })
      client.close()
    }
  }
}

/// Sends everything back.
private final class Echo {
  private var transport: DatagramTransport?
}

extension Echo: DatagramProtocol {
  func connectionMade(_ transport: DatagramTransport) { self.transport = transport }

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws {
    try transport?.send(data, to: sender)
  }
}

/// Hands on what comes to tasks.
private final class Caller {
  let answers = Queue<String>()
}

extension Caller: DatagramProtocol {
  func connectionMade(_ transport: DatagramTransport) {}

  func datagramReceived(_ data: [UInt8], from sender: SocketAddress) throws {
    try answers.putNowait(String(decoding: data, as: UTF8.self))
  }

  func errorReceived(_ error: any Error) throws { try answers.putNowait("not delivered") }

  func connectionLost(_ error: (any Error)?) { answers.shutDown() }
}
