import AsyncRuntime

/// What is written to standard error about errors that nobody catches.
enum Exceptions {
  struct Broken: Error {}
  struct Worse: Error {}

  static func main() throws {
    try AsyncRuntime.run {
      guard let loop = EventLoop.running else { return }
      print("debugging", loop.isDebugging)
      loop.callSoon { throw Broken() }
      loop.callLater(.zero) { throw Broken() }
      try await sleep(.zero)
      createTask(name: "lost") { throw Broken() }
      try await sleep(.zero)
      loop.exceptionHandler = { _, _ in throw Worse() }
      loop.callExceptionHandler(ExceptionContext(message: "Something happened."))
    }
  }
}
