import AsyncRuntime
import Foundation
import Glibc

/// Attempts with a time limit, pauses that grow, and a request to cancel that ends them.
@MainActor enum Retries {
  static func main() async throws {
    var count = 0
    let answer = try await retry(5) {
      count += 1
      switch count {
      case 1: throw URLError(.badURL)
      case 2: try await sleep(10)
      case 3: _ = try await openConnection(host: "127.0.0.1", port: 1)
      default: break
      }
      return count
    }
    print("the answer is", answer)

    let endless = createTask(name: "endless") { try await retry(1000) { throw URLError(.badURL) } }
    try await sleep(0.1)
    endless.cancel()
    do {
      try await endless.value
    } catch {
      print("cancelled:", error.isCancellation)
    }

    let (slow, fast) = (createTask { try await sleep(60) }, createTask { try await sleep(0.01) })
    let (done, pending) = try await wait([slow, fast], returnWhen: .firstCompleted)
    print("the fast one:", done.contains(fast), "the slow one:", pending.contains(slow))
    slow.cancel()
  }
}

/// Runs a body until it succeeds.
///
/// It runs where its caller does, so that the body may use what is its caller's.
nonisolated(nonsending) func retry<Value>(
  _ attempts: Int, within limit: Duration = .milliseconds(50), _ body: () async throws -> Value
) async throws -> Value {
  var pause = Duration.milliseconds(1)
  for attempt in 1..<attempts {
    do {
      return try await withTimeout(limit) { try await body() }
    } catch  where error.isCancellation {
      throw error
    } catch {
      if attempt <= 3 { print("attempt \(attempt): \(type(of: error))") }
    }
    try await sleep(pause)
    pause = min(pause * 2, .milliseconds(20))
  }
  return try await body()
}
