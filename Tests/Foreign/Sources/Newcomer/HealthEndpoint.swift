import AsyncMonitoring
import AsyncRuntime
import Foundation
import Glibc

/// What operators ask a service for: its state as JSON, its tasks as text.
@MainActor final class HealthEndpoint {
  private struct Health: Codable {
    var status: String
    var tasks: Int
  }

  nonisolated static func prepare() {
    print("exposed:", AsyncMonitor.expose())
  }

  static func main() async throws {
    let endpoint = HealthEndpoint()
    let ledger = Lock(name: "ledger")
    let holder = createTask(name: "holder") { try await ledger.withLock { try await sleep(60) } }
    try await withServer(host: "127.0.0.1", port: 0, serving: endpoint.serve) { server in
      print(try await get("/health", from: server.port))
      let tasks = try await get("/tasks", from: server.port)
      print("holder:", tasks.contains("holder"), "timer:", tasks.contains("waiting for timer"))
      print(try await get("/nothing", from: server.port))
    }
    holder.cancel()
  }

  private func serve(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    let head = String(decoding: try await reader.readUntil("\r\n\r\n"), as: UTF8.self)
    let (status, body) = try answer(to: head.split(separator: " ").dropFirst().first ?? "")
    try await writer.send("HTTP/1.0 \(status)\r\nContent-Length: \(body.count)\r\n\r\n")
    try await writer.send(body)
  }

  private func answer(to path: Substring) throws -> (status: String, body: Data) {
    switch path {
    case "/health":
      let health = Health(status: "ok", tasks: allTasks().count)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return ("200 OK", try encoder.encode(health))
    case "/tasks":
      let tree = AsyncMonitor.taskTree() ?? AsyncMonitor.exposureProblem ?? ""
      return ("200 OK", Data(tree.utf8))
    default: return ("404 Not Found", Data("404".utf8))
    }
  }

  private static func get(_ path: String, from port: UInt16) async throws -> String {
    try await withConnection(host: "127.0.0.1", port: port) { reader, writer in
      try await writer.send("GET \(path) HTTP/1.0\r\n\r\n")
      _ = try await reader.readUntil("\r\n\r\n")
      return String(decoding: try await reader.readToEnd(), as: UTF8.self)
    }
  }
}
