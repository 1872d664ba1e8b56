import AsyncRuntime
import Glibc
import AsyncTopLinux

/// Copies standard input to standard output, whatever they are, and tells on standard error whether
/// they are as they were.
@MainActor
enum StandardInput {
  nonisolated static func main() throws {
    let before = flags
    try AsyncRuntime.run {
      let reader = try openReadPipe(dup(0))
      let writer = try openWritePipe(dup(1))
      while true {
        let bytes = try await reader.read(5000)
        if bytes.isEmpty { break }
        writer.write(bytes)
        try await writer.drain()
      }
      if Program.environment("EXITS") != nil { exit(3) }
      StandardError.write("during: \(flags == before)")
      writer.close()
      try await writer.waitClosed()
    }
    StandardError.write("after: \(flags == before)")
  }

  nonisolated private static var flags: [Int32] {
    [fcntl(0, F_GETFL), fcntl(1, F_GETFL)].map { $0 & O_NONBLOCK }
  }
}
