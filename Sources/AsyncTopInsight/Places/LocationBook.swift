public import AsyncTopBus

/// Remembers the locations of sites: a session has few sites and asks for them again and again.
public final class LocationBook {
  /// The most sites that are remembered; then it starts anew.
  public static let limit = 65_536

  /// How long a location that is not known is not looked for again, in the session's time.
  static let patience: Duration = .seconds(1)

  private let resolver: (any AddressResolver)?
  private var locations: [UInt32: SourceLocation] = [:]
  /// When a location, or its name, was looked for in vain, in ticks.
  ///
  /// It may be known later, as when the names of a recording that is being made come after what
  /// they are names for.
  private var misses: [UInt32: UInt64] = [:]
  private var labels: [UInt32: String] = [:]
  private var backtraces: [UInt32: (backtrace: ResolvedBacktrace, looked: UInt64)] = [:]

  /// Makes a book.
  ///
  /// - Parameter resolver: Turns addresses into locations; without one, only reported sites have
  ///   any.
  public init(resolver: (any AddressResolver)? = nil) {
    self.resolver = resolver
  }

  /// The location a person thinks of for a site; nil if it is not known.
  public func location(_ number: UInt32, in snapshot: Snapshot) -> SourceLocation? {
    let known = locations[number]
    if let known, known.problem == nil { return known }
    guard let site = snapshot.site(number) else { return nil }
    if let missed = misses[number], isRecent(missed, in: snapshot) { return known }
    if locations.count + misses.count >= LocationBook.limit {
      (locations, misses, labels) = ([:], [:], [:])
    }
    let location = resolved(site)
    locations[number] = location
    misses[number] = location == nil || location?.problem != nil ? snapshot.now : nil
    return location
  }

  /// An async backtrace as locations; nil if it is not known, or nothing turns addresses into
  /// locations.
  func backtrace(_ number: UInt32, in snapshot: Snapshot) -> ResolvedBacktrace? {
    guard number != 0, let resolver else { return nil }
    if let (known, looked) = backtraces[number], known.isKnown || isRecent(looked, in: snapshot) {
      return known
    }
    guard let backtrace = snapshot.stack(number) else { return nil }
    if backtraces.count >= LocationBook.limit { backtraces = [:] }
    let resolved = ResolvedBacktrace(backtrace, resolver)
    backtraces[number] = (resolved, snapshot.now)
    return resolved
  }

  private func isRecent(_ moment: UInt64, in snapshot: Snapshot) -> Bool {
    let now = snapshot.now
    return max(now, moment) - min(now, moment) < snapshot.clock.ticks(LocationBook.patience)
  }

  /// All locations of a site, innermost first: the stack, and the body of a task.
  public func stack(_ number: UInt32, in snapshot: Snapshot) -> [SourceLocation] {
    guard let site = snapshot.site(number) else { return [] }
    switch site {
    case .source, .type:
      return location(number, in: snapshot).map { [$0] } ?? []
    case .code(let stack, let body):
      let callers = stack.map { frame($0, isReturnAddress: true) }
      return body == 0 ? callers : callers + [frame(body, isReturnAddress: false)]
    case .resume(let stack):
      return stack.map { frame($0, isReturnAddress: false) }
    }
  }

  /// The short text of a site, `Worker.swift:42`; empty if it is not known.
  public func label(_ number: UInt32, in snapshot: Snapshot) -> String {
    if let known = labels[number] { return known }
    guard number != 0, snapshot.site(number) != nil else { return "" }
    guard let location = location(number, in: snapshot) else { return "" }
    if location.problem == nil { labels[number] = location.short }
    return location.short
  }

  private func resolved(_ site: Site) -> SourceLocation? {
    if let resolver { return resolver.location(of: site) }
    switch site {
    case .source(let file, let line, let function):
      return SourceLocation(function: function, file: file, line: line)
    case .type(let name):
      return SourceLocation(function: name, file: "", line: 0)
    case .code, .resume:
      return nil
    }
  }

  /// The function that a task runs which was created at a site; nil if it isn't the program's own.
  func body(_ number: UInt32, in snapshot: Snapshot) -> SourceLocation? {
    guard case .code(_, let body) = snapshot.site(number), body != 0 else { return nil }
    let location = resolver?.locations(of: body, isReturnAddress: false).outstanding
    return location?.origin == .user ? location : nil
  }

  private func frame(_ address: UInt64, isReturnAddress: Bool) -> SourceLocation {
    resolver?.location(of: address, isReturnAddress: isReturnAddress)
      ?? SourceLocation(function: "0x" + String(address, radix: 16), file: "", line: 0)
  }
}
