import AsyncTopBus

/// How much resources were used lately, and how full they were.
public struct ResourceHistory: Sendable {
  /// Of more resources than this, nothing is remembered.
  static let limit = 50_000
  /// How many values of the depth of a queue or stream are kept.
  public static let samples = 60
  /// The time between two of them.
  public static let step: Duration = .seconds(1)

  private var readings = Readings<[UInt64: UInt64]>()
  private var uses: [UInt64: Double] = [:]
  private var depths: [UInt64: Series] = [:]
  private var stepped: UInt64?

  mutating func update(_ insight: Insight) {
    let snapshot = insight.snapshot
    uses = [:]
    guard snapshot.resources.count <= ResourceHistory.limit else { return }
    let counts = Dictionary(
      snapshot.resources.lazy.map { ($0.id, $0.uses) }, uniquingKeysWith: { first, _ in first })
    readings.add(counts, at: snapshot.now, clock: snapshot.clock)
    if let (before, old) = readings.earlier {
      let seconds = Double(snapshot.clock.nanoseconds(snapshot.now -| before)) / 1e9
      for (id, count) in counts {
        if let start = old[id] { uses[id] = Double(count -| start) / seconds }
      }
    }
    let step = snapshot.clock.ticks(ResourceHistory.step)
    guard stepped.map({ snapshot.now -| $0 >= step }) ?? true else { return }
    stepped = snapshot.now
    depths = snapshot.resources.reduce(into: [:]) { new, resource in
      guard resource.kind == .queue || resource.kind == .stream else { return }
      var series = depths[resource.id] ?? Series(limit: ResourceHistory.samples)
      series.add(Double(resource.depth))
      new[resource.id] = series
    }
  }

  /// How often a resource was used in a second; nil if nobody looked before.
  public func uses(of resource: UInt64) -> Double? { uses[resource] }

  /// How much a queue or stream held, every second, the latest last.
  public func depths(of resource: UInt64) -> [Double] { depths[resource]?.values ?? [] }
}
