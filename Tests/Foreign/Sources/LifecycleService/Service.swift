import AsyncAlgorithms
import Logging
import ServiceLifecycle

/// Three services that live together until SIGTERM.
@main struct Program {
  static func main() async throws {
    let channel = AsyncChannel<Int>()
    let group = ServiceGroup(
      services: [Producer(channel: channel), Consumer(channel: channel), Reporter()],
      gracefulShutdownSignals: [.sigterm], logger: Logger(label: "service"))
    print("ready")
    try await group.run()
  }
}

struct Producer: Service {
  let channel: AsyncChannel<Int>

  func run() async throws {
    for await number in (0...).async.cancelOnGracefulShutdown() {
      await channel.send(number)
    }
  }
}

/// Takes four of them a second, so that the producer waits for it.
struct Consumer: Service {
  let channel: AsyncChannel<Int>

  func run() async throws {
    for await number in channel.cancelOnGracefulShutdown() {
      try await store(number)
    }
  }

  func store(_ number: Int) async throws {
    try await Task.sleep(for: .milliseconds(250))
  }
}

struct Reporter: Service {
  func run() async throws {
    let timer = AsyncTimerSequence(interval: .seconds(1), clock: .continuous)
    for await _ in timer.cancelOnGracefulShutdown() {}
  }
}
