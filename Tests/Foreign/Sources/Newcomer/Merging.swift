import AsyncAlgorithms
import AsyncRuntime
import Foundation
import Glibc

/// AsyncAlgorithms on queues and on the lines of connections.
@MainActor enum Merging {
  static func main() async throws {
    let (odd, even) = (Queue<Int>(), Queue<Int>(capacity: 1))
    createTask(name: "odd") { try await fill(odd, [1, 3, 5]) }
    createTask(name: "even") { try await fill(even, [2, 4, 6]) }
    var numbers: [Int] = []
    for try await number in merge(odd, even) { numbers.append(number) }
    print(numbers.sorted())

    try await withServer(
      host: "127.0.0.1", port: 0,
      serving: { _, writer in for word in ["a", "b", "c"] { try await writer.sendLine(word) } }
    ) { server in
      let (first, _) = try await openConnection(host: "127.0.0.1", port: server.port)
      let (second, _) = try await openConnection(host: "127.0.0.1", port: server.port)
      let chunks = merge(first.lines, second.lines).chunks(
        ofCount: 6, or: .repeating(every: .seconds(5), clock: .eventLoop))
      for try await chunk in chunks { print(chunk.sorted()) }
    }

    for try await (task, name) in zip(asCompleted([createTask { 1 }, createTask { 2 }]), names) {
      print(name, try task.result())
    }
  }

  static var names: AsyncSyncSequence<[String]> { ["one", "two"].async }

  static func fill(_ queue: Queue<Int>, _ numbers: [Int]) async throws {
    for number in numbers { try await queue.put(number) }
    queue.shutDown()
  }
}
