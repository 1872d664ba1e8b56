// Swift does not see that a function with default arguments does what a protocol asks for without
// them. Nor can it be passed on as a function without them.
extension Queue {
  /// The same without a place, as a witness or as a value.
  ///
  /// - Parameter item: The item.
  /// - Throws: `CancellationError`, `QueueError.shutDown`.
  @_disfavoredOverload
  public nonisolated(nonsending) final func put(_ item: Element) async throws {
    try await put(item, fileID: "", line: 0)
  }

  /// The same without a place, as a witness or as a value.
  ///
  /// - Returns: The item.
  /// - Throws: `CancellationError`, `QueueError.shutDown`.
  @_disfavoredOverload
  public nonisolated(nonsending) final func get() async throws -> Element {
    try await get(fileID: "", line: 0)
  }

  /// The same without a place, as a witness or as a value.
  @_disfavoredOverload
  public final func taskDone() {
    taskDone(fileID: "", line: 0)
  }

  /// The same without a place, as a witness or as a value.
  ///
  /// - Throws: `CancellationError`.
  @_disfavoredOverload
  public nonisolated(nonsending) final func join() async throws(CancellationError) {
    try await join(fileID: "", line: 0)
  }
}

extension Queue: CustomStringConvertible {
  /// For people: its name, how many items are in it, and how many wait.
  public final var description: String {
    let now = statistics
    let limit = now.capacity.map { " of \($0)" } ?? ""
    let state = "\(now.count)\(limit) items" + (now.isShutDown ? ", shut down" : "")
    return resource.described(
      as: type(of: self), state, waiters: now.getters + now.putters + now.joiners)
  }
}
