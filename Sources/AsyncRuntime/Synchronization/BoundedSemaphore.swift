/// A semaphore that never has more permits than at first: releasing too often is an error.
///
/// From any task and any thread.
public final class BoundedSemaphore: Sendable {
  private let semaphore: AsyncSemaphore
  /// How many permits it has, those that are held and those that are free.
  public let limit: Int

  /// Makes a semaphore.
  ///
  /// - Parameters:
  ///   - permits: How many it has; not less than 0.
  ///   - name: What people call it.
  public init(
    _ permits: Int = 1, name: String? = nil, fileID: StaticString = #fileID, line: UInt32 = #line
  ) {
    semaphore = AsyncSemaphore(permits, name: name, fileID: fileID, line: line)
    limit = permits
  }

  /// Whether `acquire()` would wait: see `AsyncSemaphore.isLocked`.
  public var isLocked: Bool { semaphore.isLocked }

  /// Takes a permit: see `AsyncSemaphore.acquire`.
  ///
  /// - Throws: `CancellationError`; no permit is taken then.
  public nonisolated(nonsending) func acquire(
    fileID: StaticString = #fileID, line: UInt32 = #line
  ) async throws(CancellationError) {
    try await semaphore.acquire(fileID: fileID, line: line)
  }

  /// The same without a source location, to satisfy a protocol or to be passed as a function.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) func acquire() async throws(CancellationError) {
    try await acquire(fileID: "", line: 0)
  }

  /// Takes a permit if one is free.
  ///
  /// - Returns: Whether it is taken.
  public func tryAcquire() -> Bool { semaphore.tryAcquire() }

  /// Hands a permit to the task that has waited longest, or makes it free.
  ///
  /// - Throws: `SemaphoreError.releasedTooOften` if none was taken.
  public func release() throws(SemaphoreError) {
    guard semaphore.release(upTo: limit) else { throw .releasedTooOften(limit: limit) }
  }

  /// Holds a permit while a body runs.
  ///
  /// - Parameter body: What needs the permit.
  /// - Returns: What the body returns.
  /// - Throws: `CancellationError` before the body runs; what the body throws;
  ///   `SemaphoreError.releasedTooOften` if somebody else has released the permit meanwhile.
  public func withPermit<Result>(
    fileID: StaticString = #fileID, line: UInt32 = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
  ) async throws -> Result {
    try await acquire(fileID: fileID, line: line)
    let result: Result
    do {
      result = try await body()
    } catch {
      try? release()
      throw error
    }
    try release()
    return result
  }

  /// What it is like now; from any thread.
  public var statistics: AsyncSemaphore.Statistics { semaphore.statistics }
}

extension BoundedSemaphore: CustomStringConvertible {
  /// For people: its name, how many permits are free, and how many wait.
  public var description: String { "Bounded\(semaphore)" }
}

/// What can't be done with a semaphore.
@nonexhaustive
public enum SemaphoreError: Error, Equatable, CustomStringConvertible {
  /// A permit was released that nobody had taken.
  case releasedTooOften(limit: Int)

  /// For people.
  public var description: String {
    switch self {
    case .releasedTooOften(let limit):
      "a permit was released that nobody had taken: all \(limit) are free"
    }
  }
}
