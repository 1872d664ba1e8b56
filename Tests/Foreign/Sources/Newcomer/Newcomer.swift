import AsyncRuntime
import Glibc

/// Programs as newcomers write them from the documents, each by its name: `newcomer chat`.
///
/// They are built twice, with everything isolated to the main actor and without, and have Glibc,
/// Foundation and AsyncAlgorithms imported. Each ends by itself.
@main struct Newcomer {
  static func main() throws {
    let name = CommandLine.arguments.dropFirst().first
    if name == "health" { HealthEndpoint.prepare() }
    try run {
      switch name {
      case "typing": try await Typing.main()
      case "chat": try await ProtocolChat.main()
      case "retries": try await Retries.main()
      case "service": try await EchoService.main()
      case "merging": try await Merging.main()
      case "health": try await HealthEndpoint.main()
      default: print("usage: newcomer typing|chat|retries|service|merging|health")
      }
    }
  }
}
