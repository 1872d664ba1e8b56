// A task that its actor has taken to another thread waits on its loop. The queue and the item go
// there with it, also where they are not Sendable: nobody else has them meanwhile.
extension Queue {
  nonisolated(nonsending)
    final func putAtHome(_ item: Element, _ fileID: StaticString, _ line: UInt32) async throws
  {
    let (queue, item) = (Carried(self), Carried(item))
    try await Waiter.atHome {
      try await queue.value.put(item.value, fileID: fileID, line: line)
    }
  }

  nonisolated(nonsending)
    final func getAtHome(at site: UInt32) async throws -> Element
  {
    let queue = Carried(self)
    return try await Waiter.atHome { Carried(try await queue.value.get(at: site)) }.value
  }

  nonisolated(nonsending)
    final func joinAtHome(_ fileID: StaticString, _ line: UInt32) async throws(CancellationError)
  {
    let queue = Carried(self)
    try await Waiter.atHome { () throws(CancellationError) in
      try await queue.value.join(fileID: fileID, line: line)
    }
  }
}
