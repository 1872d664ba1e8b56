public import AsyncTopBus

/// Remembers the places of sites: a session has few sites and asks for them again and again.
public final class PlaceBook {
  /// The most sites that are remembered; then it starts anew.
  public static let limit = 65_536

  /// How long a place that is not known is not looked for again, in the session's time.
  static let patience: Duration = .seconds(1)

  private let resolver: (any AddressResolver)?
  private var places: [UInt32: Place] = [:]
  /// When a place, or its name, was looked for in vain, in ticks.
  ///
  /// It may be known later, as when the names of a recording that is being made come after what
  /// they are names for.
  private var misses: [UInt32: UInt64] = [:]
  private var labels: [UInt32: String] = [:]
  private var backtraces: [UInt32: (backtrace: ResolvedBacktrace, looked: UInt64)] = [:]

  /// Makes a book.
  ///
  /// - Parameter resolver: Turns addresses into places; without one, only reported sites have any.
  public init(resolver: (any AddressResolver)? = nil) {
    self.resolver = resolver
  }

  /// The place a person thinks of for a site; nil if it is not known.
  public func place(_ number: UInt32, in snapshot: Snapshot) -> Place? {
    let known = places[number]
    if let known, known.problem == nil { return known }
    guard let site = snapshot.site(number) else { return nil }
    if let missed = misses[number], isRecent(missed, in: snapshot) { return known }
    if places.count + misses.count >= PlaceBook.limit {
      (places, misses, labels) = ([:], [:], [:])
    }
    let place = resolved(site)
    places[number] = place
    misses[number] = place == nil || place?.problem != nil ? snapshot.now : nil
    return place
  }

  /// An async backtrace as places; nil if it is not known, or nothing turns addresses into places.
  func backtrace(_ number: UInt32, in snapshot: Snapshot) -> ResolvedBacktrace? {
    guard number != 0, let resolver else { return nil }
    if let (known, looked) = backtraces[number], known.isKnown || isRecent(looked, in: snapshot) {
      return known
    }
    guard let backtrace = snapshot.stack(number) else { return nil }
    if backtraces.count >= PlaceBook.limit { backtraces = [:] }
    let resolved = ResolvedBacktrace(backtrace, resolver)
    backtraces[number] = (resolved, snapshot.now)
    return resolved
  }

  private func isRecent(_ moment: UInt64, in snapshot: Snapshot) -> Bool {
    let now = snapshot.now
    return max(now, moment) - min(now, moment) < snapshot.clock.ticks(PlaceBook.patience)
  }

  /// All places of a site, innermost first: the stack, and the body of a task.
  public func stack(_ number: UInt32, in snapshot: Snapshot) -> [Place] {
    guard let site = snapshot.site(number) else { return [] }
    switch site {
    case .source, .type:
      return place(number, in: snapshot).map { [$0] } ?? []
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
    guard let place = place(number, in: snapshot) else { return "" }
    if place.problem == nil { labels[number] = place.short }
    return place.short
  }

  private func resolved(_ site: Site) -> Place? {
    if let resolver { return resolver.place(of: site) }
    switch site {
    case .source(let file, let line, let function):
      return Place(function: function, file: file, line: line)
    case .type(let name):
      return Place(function: name, file: "", line: 0)
    case .code, .resume:
      return nil
    }
  }

  /// The function that a task runs which was created at a site; nil if it isn't the program's own.
  func body(_ number: UInt32, in snapshot: Snapshot) -> Place? {
    guard case .code(_, let body) = snapshot.site(number), body != 0 else { return nil }
    let place = resolver?.places(of: body, isReturnAddress: false).outstanding
    return place?.origin == .user ? place : nil
  }

  private func frame(_ address: UInt64, isReturnAddress: Bool) -> Place {
    resolver?.place(of: address, isReturnAddress: isReturnAddress)
      ?? Place(function: "0x" + String(address, radix: 16), file: "", line: 0)
  }
}
