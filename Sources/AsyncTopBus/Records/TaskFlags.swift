/// What is known of a task beside its state.
public struct TaskFlags: OptionSet, Hashable, Sendable {
  /// The bits, as in the region.
  public let rawValue: UInt16

  /// Makes flags of the region's bits.
  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// A structured child: of a group or an `async let`.
  public static let child = TaskFlags(rawValue: 1 << 0)
  /// A child of a Swift task group.
  public static let groupChild = TaskFlags(rawValue: 1 << 1)
  /// An `async let`.
  public static let asyncLet = TaskFlags(rawValue: 1 << 2)
  /// Made by AsyncRuntime.
  public static let runtime = TaskFlags(rawValue: 1 << 3)
  /// Its cancellation was requested.
  public static let cancelled = TaskFlags(rawValue: 1 << 4)
  /// First seen after it was created, so its site and creator are not known.
  public static let adopted = TaskFlags(rawValue: 1 << 5)
  /// The program's main task.
  public static let main = TaskFlags(rawValue: 1 << 6)
}
