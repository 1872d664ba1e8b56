import AsyncRuntime
import Glibc

/// An echo server on AsyncRuntime's streams: prints its port and serves until it is killed.
@main
struct EchoServer {
  static func main() throws {
    try run {
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        while true {
          let bytes = try await reader.read(65_536)
          if bytes.isEmpty { break }
          writer.write(bytes)
          try await writer.drain()
        }
        writer.close()
      }
      print(server.port)
      fflush(nil)
      try await sleep(.seconds(100_000))
    }
  }
}
