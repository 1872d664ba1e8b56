/// A test failed with a seed.
public struct SeedFailure: Error, CustomStringConvertible {
  /// The seed.
  public let seed: Seed
  /// What the test threw.
  public let error: any Error

  /// For people.
  public var description: String {
    "with seed \(seed) (to repeat it, set \(Seed.variable)=\(seed)): \(error)"
  }
}
