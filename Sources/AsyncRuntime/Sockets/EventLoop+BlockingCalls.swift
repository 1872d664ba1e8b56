import AsyncTopBus

extension EventLoop {
  /// Has a thread of a pool, or of the default executor, call what would block the loop, as a
  /// resource of its own.
  ///
  /// If the task is cancelled it goes on at once; the call ends when it ends, and nobody hears of
  /// it.
  nonisolated(nonsending)
    func callBlocking<Value: Sendable>(
      _ kind: Probe.Resource.Kind, _ name: String, in pool: ThreadPool? = nil,
      at site: CallSite,
      _ body: @escaping @Sendable () -> Value
    ) async throws -> Value
  {
    let resource = Probe.Resource(kind, name: name, site: site.number)
    defer { resource.ended() }
    return try await call(body, in: pool, waitingFor: resource)
      .value(fileID: site.fileID, line: site.line)
  }
}
