public import AsyncTopBus

/// An async backtrace as places.
public struct ResolvedBacktrace: Sendable {
  /// The functions, innermost first, also those that were put into others; without those that the
  /// compiler made up.
  public let places: [SourceLocation]
  /// Whether there are more, which are not known.
  public let isCut: Bool
  /// Where a task with this backtrace is: the innermost place of the program's own code, else of
  /// the packages it depends on; nil if no place is known of either.
  public let at: SourceLocation?
  /// The function that a task with this backtrace runs, which is the outermost of the program's own
  /// code; nil if there is none.
  public let body: SourceLocation?
  /// What the code waits for, by what is known of the functions that wait.
  let waitsIn: WaitDescription.Kind?
  /// Whether every address has its function.
  let isKnown: Bool

  init(_ backtrace: Backtrace, _ resolver: any AddressResolver) {
    let found = backtrace.frames.map { frame in
      resolver.locations(of: frame, isReturnAddress: false)
    }
    let places = found.joined().filter { $0.origin != .compiler }
    isKnown = found.allSatisfy { !$0.isEmpty } && places.allSatisfy { $0.problem == nil }
    isCut = backtrace.isCut
    at = places.first { $0.origin == .user } ?? places.first { !$0.isRuntime }
    body = backtrace.isCut ? nil : places.last { $0.origin == .user }
    waitsIn = WaitingCode.kind(of: places)
    self.places = places
  }
}

/// What functions wait for that are known by name.
enum WaitingCode {
  /// Parts of names of functions, in the standard library and in widely used packages.
  private static let kinds: [(name: String, kind: WaitDescription.Kind)] = [
    ("AsyncStream.", .stream), ("AsyncThrowingStream.", .stream),
    ("AsyncChannel.", .channel), ("AsyncThrowingChannel.", .channel), ("ChannelStorage.", .channel),
    ("AsyncSequenceProducer.", .stream), ("NIOThrowingAsyncSequenceProducer.", .stream),
    ("NIOAsyncWriter.", .channel), ("Task.sleep(", .sleep), ("Clock.sleep(", .sleep),
    ("EventLoopFuture.get(", .future),
  ]

  /// What the functions that wait on behalf of the program's own are for; nil if none of them is
  /// known.
  static func kind(of places: [SourceLocation]) -> WaitDescription.Kind? {
    for place in places.prefix(while: { $0.origin != .user }) {
      if let (_, kind) = kinds.first(where: { place.function.contains($0.name) }) { return kind }
    }
    return nil
  }
}
