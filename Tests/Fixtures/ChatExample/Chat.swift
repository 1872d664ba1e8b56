import AsyncRuntime
import Glibc

@main struct Chat {
  static func main() throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 8888
    try run {
      let room = Room()
      try await withServer(host: "127.0.0.1", port: port, serving: room.serve) { server in
        print("nc 127.0.0.1 \(server.port)")
        for try await _ in try signals(SIGINT, SIGTERM) { break }
        server.closeClients()
      }
    }
  }
}

/// Who is there, and what they say.
@MainActor final class Room {
  private var members: [String: StreamWriter] = [:]

  func serve(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    try await writer.sendLine("Your name?")
    var lines = reader.lines.makeAsyncIterator()
    guard let name = try await lines.next(), members[name] == nil else { return }
    members[name] = writer
    defer {
      members[name] = nil
      tell("\(name) has left", but: name)
    }
    tell("\(name) is here", but: name)
    while let line = try await lines.next() { tell("\(name): \(line)", but: name) }
  }

  private func tell(_ text: String, but speaker: String) {
    for (name, writer) in members where name != speaker {
      writer.write(text + "\n")
      if writer.writeBufferSize > 1 << 20 { writer.abort() }
    }
  }
}
