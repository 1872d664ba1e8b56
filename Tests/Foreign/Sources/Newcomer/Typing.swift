import AsyncAlgorithms
import AsyncRuntime
import Foundation

/// Letters that are heard when no other follows for a while.
@MainActor enum Typing {
  static var heard: [String] = []

  static func main() async throws {
    let letters = Queue<String>(capacity: nil)
    let typing = createTask(name: "typing") {
      for letter in ["a", "b", "c"] {
        try await letters.put(letter)
        try await sleep(.milliseconds(1))
      }
      try await sleep(0.2)
      letters.shutDown()
    }
    // The clock is the loop's, so that it is the test's in virtual time.
    for try await word in letters.debounce(for: .milliseconds(50), clock: .eventLoop) {
      heard.append(word)
    }
    try await typing.value
    let lock = Lock(name: "heard")
    try await lock.withLock { print(heard.joined(), currentTask()?.name ?? "") }
  }
}
