public import AsyncTopBus

extension Insight {
  /// The short text of a site; empty if it is not known.
  public func siteLabel(_ number: UInt32) -> String {
    places.label(number, in: snapshot)
  }

  /// The place of a site; nil if it is not known.
  public func place(_ number: UInt32) -> Place? {
    places.place(number, in: snapshot)
  }

  /// All places of a site, innermost first.
  public func stack(_ number: UInt32) -> [Place] {
    places.stack(number, in: snapshot)
  }
}
