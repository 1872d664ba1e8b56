import AsyncRuntime

/// The least program on AsyncRuntime: what its start and end cost.
@main
struct EmptyRun {
  static func main() throws {
    try run {}
  }
}
