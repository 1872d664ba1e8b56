import AsyncRuntime

/// Echo with a task for each connection.
@MainActor
enum StreamEcho {
  static func serve() async throws -> Server {
    try await startServer(
      host: "127.0.0.1", port: 0, options: EchoServer.options, echo)
  }

  static func serve(path: String) throws -> Server {
    try startUnixServer(path: path, options: EchoServer.options, echo)
  }

  /// Each message is answered after a program was run.
  static func serveSpawning() async throws -> Server {
    try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
      while true {
        let bytes = try await reader.read(65_536)
        if bytes.isEmpty { break }
        guard try await createSubprocessExec("/bin/true").wait().isSuccess else { break }
        writer.write(bytes)
        try await writer.drain()
      }
      writer.close()
    }
  }

  private static func echo(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    while true {
      let bytes = try await reader.read(65_536)
      if bytes.isEmpty { break }
      writer.write(bytes)
      try await writer.drain()
    }
    writer.close()
  }
}
