import AsyncRuntime
import AsyncTopLinux

/// Decides in which order tasks run that are ready at the same time.
///
/// In a program they run in the order in which they became ready. With a seed, a test in virtual
/// time runs what is ready in one iteration of the loop in a random order, the same again for the
/// same seed; code that is right does not mind. Callbacks keep their order among themselves, and a
/// task that gives way, by `sleep(.zero)`, still goes on after whatever was ready before. A lock or
/// a queue still serves who came first.
public struct Seed: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The variable of the environment that names the one seed to use: to repeat a failure.
  public static let variable = "ASYNCTESTING_SEED"

  /// The number.
  public let value: UInt64

  /// Makes a seed of a number.
  public init(_ value: UInt64) {
    self.value = value
  }

  /// Makes a seed of a number.
  public init(integerLiteral value: UInt64) {
    self.init(value)
  }

  /// The number.
  public var description: String { "\(value)" }

  /// So many seeds, for a test's arguments; only the one that the environment names, if it does.
  ///
  ///     @Test(arguments: Seed.first(100))
  ///     func `keeps the balance`(seed: Seed) async throws {
  ///       try await withVirtualTime(seed: seed) { … }
  ///     }
  ///
  /// - Parameter count: How many.
  /// - Returns: 0 and so on.
  public static func first(_ count: Int) -> [Seed] {
    seeds(count, environment: Program.environment(variable))
  }

  static func seeds(_ count: Int, environment: String?) -> [Seed] {
    if let environment, let value = UInt64(environment) { return [Seed(value)] }
    return (0..<UInt64(max(0, count))).map { Seed($0) }
  }
}

/// Runs a test in virtual time with one seed after the other, until it fails.
///
/// With `ASYNCTESTING_SEED` in the environment only with that one. What the test throws is thrown
/// on with its seed; a failed expectation of a testing library that doesn't throw can name it by
/// the body's argument. Better in Swift Testing: `@Test(arguments: Seed.first(100))`.
///
/// - Parameters:
///   - count: With how many seeds.
///   - patience: As of `withVirtualTime`.
///   - body: The test. Gets the seed.
/// - Throws: `SeedFailure`; `CancellationError` between two seeds if the calling task is cancelled.
public func forEachSeed(
  _ count: Int = 100, patience: Duration = .seconds(60), fileID: StaticString = #fileID,
  line: UInt32 = #line, function: StaticString = #function,
  _ body: @escaping @Sendable (Seed) async throws -> Void
) async throws {
  for seed in Seed.first(count) {
    try Task.checkCancellation()
    do {
      try await withVirtualTime(
        seed: seed, patience: patience, fileID: fileID, line: line, function: function
      ) {
        try await body(seed)
      }
    } catch {
      throw SeedFailure(seed: seed, error: error)
    }
  }
}
