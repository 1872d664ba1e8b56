import FlyingFox

/// A small service: `flyingfox-server [PORT]`.
@main struct Server {
  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap(UInt16.init) ?? 8081
    let server = HTTPServer(address: try .inet(ip4: "127.0.0.1", port: port))
    await server.appendRoute("GET /slow") { _ in
      try await readReport()
      return HTTPResponse(statusCode: .ok)
    }
    await server.appendRoute("GET /plain") { _ in HTTPResponse(statusCode: .ok) }
    print("ready")
    try await server.run()
  }

  static func readReport() async throws {
    try await Task.sleep(for: .seconds(2))
  }
}
