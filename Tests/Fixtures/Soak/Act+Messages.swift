import AsyncRuntime
import Glibc

extension Act {
  @MainActor static let messages = [
    Act("udp") { scene in
      guard let loop = EventLoop.running, let port = scene.udp?.localAddress?.port else { return }
      let target = scene.happens(oneIn: 4) ? 1 : port
      let (transport, call) = try await loop.createDatagramEndpoint(
        remote: ("127.0.0.1", target)
      ) { FirstCall(on: loop) }
      defer { transport.close() }
      for _ in 0..<scene.number(1...20) { try transport.sendto(Array(scene.bytes(5000))) }
      _ = try? await withTimeout(.milliseconds(200)) { try await call.called.value }
      if scene.happens(oneIn: 2) { transport.abort() } else { transport.close() }
      try await call.ended.value
    },
    Act("datagram socket") { scene in
      guard let loop = EventLoop.running, let address = scene.udp?.localAddress else { return }
      let socket = try Socket(.ipv4, .datagram)
      var buffer = [UInt8](repeating: 0, count: 3000)
      let sent = Array(scene.bytes(3000))
      try await loop.sockSendto(socket, sent, address)
      try await withTimeout(.milliseconds(scene.number(0...200))) {
        let (count, _) = try await loop.sockRecvfromInto(socket, &buffer)
        if Array(buffer[..<count]) != sent { scene.fail("a message came back changed") }
      }
    },
    Act("socket calls") { scene in
      guard let loop = EventLoop.running else { return }
      let listener = try Socket(.unix, .stream)
      let path = "\0asynctop-soak-\(getpid())-\(scene.number(0...1_000_000_000))"
      try listener.bind(to: try SocketAddress(path: path))
      try listener.listen(backlog: 0)
      let clients = (0..<scene.number(1...4)).map { _ in
        createTask {
          let socket = try Socket(.unix, .stream)
          try await loop.sockConnect(socket, try SocketAddress(path: path))
          try await loop.sockSendall(socket, [1, 2, 3])
          _ = try await loop.sockRecv(socket, 10)
        }
      }
      defer { for client in clients { client.cancel() } }
      try await withTimeout(.milliseconds(scene.number(1...50))) {
        for _ in clients {
          let (socket, _) = try await loop.sockAccept(listener)
          _ = try await loop.sockRecv(socket, 3)
          if scene.happens(oneIn: 3) { continue }
          try await loop.sockSendall(socket, [4])
        }
      }
      listener.close()
    },
    Act("watches") { scene in
      guard let loop = EventLoop.running else { return }
      let (one, other) = try Socket.pair()
      let readable = try Future<Void>()
      try loop.addReader(one.number) {
        loop.removeReader(one.number)
        // Who waits for it may have been cancelled in this iteration.
        if !readable.isDone { try readable.setResult(()) }
      }
      if scene.happens(oneIn: 2) { try loop.addWriter(one.number) {} }
      defer {
        loop.removeReader(one.number)
        loop.removeWriter(one.number)
      }
      if scene.happens(oneIn: 3) { return }
      try await loop.sockSendall(other, [1])
      try await readable.value
    },
    Act("passed descriptors") { scene in
      guard let loop = EventLoop.running else { return }
      let (one, other) = try Socket.pair()
      let (far, near) = try Socket.pair()
      try await loop.sockSendDescriptors(one, [1], [far.number])
      // What was passed and never taken, the kernel closes.
      if scene.happens(oneIn: 2) { return }
      far.close()
      let (_, passed) = try await loop.sockRecvDescriptors(other, 10)
      passed.first?.close()
      if try await !loop.sockRecv(near, 1).isEmpty { scene.fail("bytes from nowhere") }
    },
    Act("pipe") { scene in
      var ends: [Int32] = [-1, -1]
      guard unsafe Glibc.pipe(&ends) == 0 else { return }
      let writing = OpenFile(owning: ends[1])
      let reader = try openReadPipe(ends[0])
      let writer = try openWritePipe(writing.detach() ?? -1)
      let bytes = scene.bytes(300_000)
      let sending = createTask {
        writer.write(bytes)
        try await writer.drain()
        writer.close()
      }
      defer { sending.cancel() }
      if scene.happens(oneIn: 3) {
        // Nobody reads the rest.
        _ = try await reader.read(10)
        return
      }
      let came = try await reader.readToEnd()
      if came != Array(bytes) { scene.fail("a pipe has changed its bytes") }
    },
  ]
}
