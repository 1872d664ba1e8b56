import AsyncRuntime

extension Entry {
  /// Streams of the two ends of a pair of sockets.
  private static func pair() throws -> (reader: StreamReader, writer: StreamWriter) {
    let (one, other) = try Socket.pair()
    let (reader, _) = try openConnection(socket: one)
    let (_, writer) = try openConnection(socket: other)
    return (reader, writer)
  }

  static let streams = [
    Entry("reading from a stream") { actor in
      let (reader, writer) = try pair()
      later {
        for text in ["line\n", "next\r\n", "exact", "until;", "some"] {
          writer.write(bytes(text))
          for _ in 0..<3 { try await sleep(.zero) }
        }
        writer.write(bytes("one\ntwo\nrest"))
        writer.close()
      }
      try await inside(actor) { _ in
        try check(try await reader.readLine() == bytes("line\n"), "readLine")
        try check(try await reader.nextLine() == "next", "nextLine")
        try check(try await reader.readExactly(5) == bytes("exact"), "readExactly")
        try check(try await reader.readUntil(bytes(";")) == bytes("until;"), "readUntil")
        try check(try await reader.readExactly(0) == [], "readExactly(0)")
        try check(try await reader.read(0) == [], "read(0)")
        try check(try await reader.read(4) == bytes("some"), "read")
        for try await line in reader.lines {
          try check(line == "one", "lines")
          break
        }
        let two = try await reader.readUntil(anyOf: [bytes("x"), bytes("\n")])
        try check(two == bytes("two\n"), "readUntil(anyOf:)")
        try check(try await reader.readToEnd() == bytes("rest"), "readToEnd")
        try check(try await reader.read(1) == [], "the end")
      }
    },
    Entry("errors of a stream") { actor in
      let (reader, writer) = try pair()
      later { writer.close() }
      try await inside(actor) { _ in
        do {
          _ = try await reader.readExactly(1)
          throw Wrong(what: "no error")
        } catch StreamError.incomplete {
          do { _ = try await reader.readExactly(-1) } catch StreamError.negativeCount { return }
          throw Wrong(what: "no error")
        }
      }
    },
    Entry("writing to a stream") { actor in
      let (reader, writer) = try pair()
      writer.write([UInt8](repeating: 1, count: 4 << 20))
      later { _ = try await reader.readExactly(4 << 20) }
      try await inside(actor) { _ in try await writer.drain() }
      writer.close()
      try await inside(actor) { _ in try await writer.waitClosed() }
    },
    Entry("sendfile over a stream") { actor in
      let (reader, writer) = try pair()
      let file = try OpenFile(path: "/proc/self/cmdline")
      let sent = try await inside(actor) { _ in try await writer.sendFile(file) }
      try check(sent > 0, "sendfile")
      writer.close()
      try check(try await reader.readToEnd().count == sent, "what was sent")
    },
    Entry("openConnection, startServer") { actor in
      try await inside(actor) { _ in
        let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
          writer.write(try await reader.readLine())
          writer.close()
        }
        let more = try await startServer(hosts: ["127.0.0.1"], port: 0) { _, _ in }
        let (reader, writer) = try await openConnection(host: "127.0.0.1", port: server.port)
        try await onLoop { writer.write(bytes("hello\n")) }
        try check(try await reader.readLine() == bytes("hello\n"), "the echo")
        try await onLoop {
          writer.close()
          server.close()
          more.close()
        }
        try await writer.waitClosed()
        try await server.waitClosed()
        try await more.waitClosed()
      }
    },
    Entry("openUnixConnection") { actor in
      let path = "\0asynctop-entry-\(UInt64.random(in: 0...(.max)))"
      let server = try startUnixServer(path: path) { reader, writer in
        writer.write(try await reader.readLine())
        writer.close()
      }
      try await inside(actor) { _ in
        let (reader, writer) = try await openUnixConnection(path: path)
        try await onLoop { writer.write(bytes("hello\n")) }
        try check(try await reader.readLine() == bytes("hello\n"), "the echo")
      }
      server.close()
    },
    Entry("send, sendLine") { actor in
      let (reader, writer) = try pair()
      try await inside(actor) { _ in
        try await writer.send([1])
        try await writer.send("2")
        try await writer.sendLine([3])
        try await writer.sendLine("4")
      }
      writer.close()
      try check(try await reader.readToEnd() == [1, 50, 3, 10, 52, 10], "what was sent")
    },
    Entry("withServer, withConnection, Server.connections") { actor in
      try await inside(actor) { _ in
        try await withServer(host: "127.0.0.1", port: 0) { server in
          let answering = createTask {
            for try await (reader, writer) in server.connections {
              try await writer.send(try await reader.readLine())
              return
            }
          }
          let reply = try await withConnection(host: "127.0.0.1", port: server.port) {
            try await $1.sendLine("hello")
            return try await $0.readToEnd()
          }
          try check(reply == bytes("hello\n"), "the echo")
          try await answering.value
        }
      }
    },
    Entry("withUnixServer, withUnixConnection") { actor in
      let path = "\0asynctop-entry-\(UInt64.random(in: 0...(.max)))"
      try await inside(actor) { _ in
        try await withUnixServer(
          path: path,
          serving: { reader, writer in try await writer.send(try await reader.readLine()) }
        ) { _ in
          let reply = try await withUnixConnection(path: path) { reader, writer in
            try await writer.sendLine("hello")
            return try await reader.readToEnd()
          }
          try check(reply == bytes("hello\n"), "the echo")
        }
      }
    },
  ]
}

/// Does on the loop what can't wait.
@concurrent func onLoop(_ body: @Sendable () throws -> Void) async throws {
  try body()
}
