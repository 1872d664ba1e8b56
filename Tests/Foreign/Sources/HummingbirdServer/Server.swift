import Hummingbird

/// A small service: `hummingbird-server [PORT]`.
@main struct Server {
  static func main() async throws {
    let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 8080
    let router = Router()
    let stock = Stock()
    addRoutes(to: router, stock)
    let app = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { _ in print("ready") })
    try await app.runService()
  }
}
