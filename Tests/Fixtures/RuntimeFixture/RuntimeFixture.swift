import AsyncRuntime

/// Programs that need the main thread, each run in a process of its own by the tests.
@main
struct RuntimeFixture {
  static func main() throws {
    switch CommandLine.arguments.dropFirst().first {
    case "native": try NativeTasks.main()
    default: print("which one?")
    }
  }
}
