import AsyncTopBus

extension Probe.Resource {
  /// What a lock or the like is for people, as in `Lock “ledger”, held by the task 7, 2 waiting`.
  ///
  /// The name is known while the probe is on.
  func described(as type: Any.Type, _ state: String, waiters: Int) -> String {
    var text = "\(type)"
    if let name = OwnRegion()?.resource(id)?.name, !name.isEmpty { text += " “\(name)”" }
    text += ", \(state)"
    if waiters > 0 { text += ", \(waiters) waiting" }
    return text
  }
}
