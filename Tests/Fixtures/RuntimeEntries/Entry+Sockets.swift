import AsyncRuntime

extension Entry {
  static let sockets = [
    Entry("socket calls of a stream") { actor in
      guard let loop = EventLoop.running else { return }
      let (one, other) = try Socket.pair()
      later {
        for text in ["first", "second"] {
          try await loop.sockSendall(one, bytes(text))
          for _ in 0..<3 { try await sleep(.zero) }
        }
        _ = try await loop.sockRecv(one, 5)
      }
      try await inside(actor) { _ in
        try check(try await loop.sockRecv(other, 5) == bytes("first"), "sockRecv")
        var room = [UInt8](repeating: 0, count: 6)
        try check(try await loop.sockRecvInto(other, &room) == 6, "sockRecvInto")
        try check(room == bytes("second"), "what came")
        try await loop.sockSendall(other, bytes("hello"))
      }
    },
    Entry("socket calls of datagrams") { actor in
      guard let loop = EventLoop.running,
        let address = try await loop.getaddrinfo("127.0.0.1", "0", kind: .datagram).first?.address
      else { return }
      let (one, other) = (try Socket(.ipv4, .datagram), try Socket(.ipv4, .datagram))
      try one.bind(to: address)
      try other.bind(to: address)
      guard let here = one.localAddress, let there = other.localAddress else {
        throw Wrong(what: "no address")
      }
      later {
        for text in ["first", "second"] {
          try await loop.sockSendto(one, bytes(text), there)
          for _ in 0..<3 { try await sleep(.zero) }
        }
      }
      try await inside(actor) { _ in
        let (first, sender) = try await loop.sockRecvfrom(other, 10)
        try check(first == bytes("first") && sender == here, "sockRecvfrom")
        var room = [UInt8](repeating: 0, count: 6)
        let (count, _) = try await loop.sockRecvfromInto(other, &room)
        try check(count == 6 && room == bytes("second"), "sockRecvfromInto")
        try check(try await loop.sockSendto(other, [1], here) == 1, "sockSendto")
      }
    },
    Entry("sockConnect, sockAccept") { actor in
      guard let loop = EventLoop.running,
        let address = try await loop.getaddrinfo("127.0.0.1", "0").first?.address
      else { return }
      let (listener, client) = (try Socket(.ipv4, .stream), try Socket(.ipv4, .stream))
      try listener.bind(to: address)
      try listener.listen()
      guard let place = listener.localAddress else { throw Wrong(what: "no address") }
      try await inside(actor) { _ in
        let accepting = createTask { try await loop.sockAccept(listener).1 }
        try await loop.sockConnect(client, place)
        try check(try await accepting.value.family == .ipv4, "the peer")
      }
    },
    Entry("descriptors and files over sockets") { actor in
      guard let loop = EventLoop.running else { return }
      let (one, other) = try Socket.pair()
      let file = try OpenFile(path: "/proc/self/cmdline")
      try await inside(actor) { _ in
        let receiving = createTask { try await loop.sockRecvDescriptors(other, 1).1.count }
        try await sleep(.zero)
        try await loop.sockSendDescriptors(one, [1], [0])
        try check(try await receiving.value == 1, "the descriptor")
        let sent = try await loop.sockSendfile(one, file)
        try check(sent > 0, "sockSendfile")
        try check(try await loop.sockRecv(other, sent).count > 0, "what was sent")
      }
    },
    Entry("calls of a socket's own") { actor in
      guard let loop = EventLoop.running,
        let address = try await loop.getaddrinfo("127.0.0.1", "0").first?.address
      else { return }
      let (listener, client) = (try Socket(.ipv4, .stream), try Socket(.ipv4, .stream))
      try listener.bind(to: address)
      try listener.listen()
      guard let place = listener.localAddress else { throw Wrong(what: "no address") }
      let file = try OpenFile(path: "/proc/self/cmdline")
      try await inside(actor) { _ in
        let accepting = createTask { try await listener.accept().socket }
        try await client.connect(to: place)
        let server = try await accepting.value
        try await server.send("hello")
        try check(try await client.receive(upTo: 2) == bytes("he"), "receive(upTo:)")
        var room = [UInt8](repeating: 0, count: 3)
        try check(try await client.receive(into: &room) == 3, "receive(into:)")
        try check(try await server.sendFile(file) > 0, "sendFile")
        let (one, other) = (try Socket(.ipv4, .datagram), try Socket(.ipv4, .datagram))
        try one.bind(to: address)
        try other.bind(to: address)
        guard let here = one.localAddress else { throw Wrong(what: "no address") }
        try await other.send([1], to: here)
        try check(try await one.receiveDatagram(upTo: 10).bytes == [1], "receiveDatagram")
      }
    },
  ]
}
