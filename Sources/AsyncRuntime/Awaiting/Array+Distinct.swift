extension Array {
  /// Without those whose identity an earlier one has.
  func distinct(_ identity: (Element) -> ObjectIdentifier) -> [Element] {
    guard count > 1 else { return self }
    var seen = Set<ObjectIdentifier>(minimumCapacity: count)
    return filter { seen.insert(identity($0)).inserted }
  }
}
