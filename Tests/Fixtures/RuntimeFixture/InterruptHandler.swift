import AsyncRuntime
import Glibc

/// A program that handles SIGINT itself for a while.
enum InterruptHandler {
  static func main() throws {
    do {
      try AsyncRuntime.run { try await handle() }
    } catch {
      Interrupts.show("\(error)")
    }
    var action = sigaction()
    unsafe sigaction(SIGINT, nil, &action)
    let isDefault = unsafe action.__sigaction_handler.sa_handler == nil
    Interrupts.show(isDefault ? "default handler" : "other handler")
  }

  private static func handle() async throws {
    let loop = EventLoop.running
    let handled = try Future<Void>()
    try loop?.addSignalHandler(SIGINT) {
      Interrupts.show("handled")
      try handled.setResult(())
    }
    Interrupts.show("waiting for the handler")
    try await handled.value
    loop?.removeSignalHandler(SIGINT)
    Interrupts.show("waiting for the runner")
    do {
      try await sleep(.seconds(60))
    } catch {
      Interrupts.show("cancelled: \(currentTask()?.cancellationMessage ?? "")")
      // One that is left over when the runner ends does not bring the runner's back.
      try loop?.addSignalHandler(SIGINT) {}
      throw error
    }
  }
}
