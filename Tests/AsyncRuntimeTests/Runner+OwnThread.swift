import AsyncRuntime
import Foundation

extension Runner {
  /// Runs a body on a thread of its own, where it can make a runner.
  static func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result { try body() }) }.start()
    }
  }
}

/// Runs a main task on a loop of its own, on a thread of its own.
@discardableResult
func onOwnLoop<Value: Sendable>(
  _ main: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await Runner.onOwnThread {
    let runner = try Runner()
    defer { runner.close() }
    return try runner.run(main)
  }
}
