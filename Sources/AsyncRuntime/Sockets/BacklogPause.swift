import AsyncTopBus
import AsyncTopLinux

/// The pauses before a unix socket's listener, which has no room for another connection, is asked
/// again.
///
/// The kernel does not tell when there is room. Each pause is twice as long as the one before, up
/// to a limit.
struct BacklogPause {
  private var next = Duration.milliseconds(1)
  private static let longest = Duration.milliseconds(100)

  /// Waits for the next one to pass.
  nonisolated(nonsending)
    mutating func wait(
      for address: SocketAddress, on loop: EventLoop, at site: CallSite
    ) async throws(CancellationError)
  {
    let name = "\(ConnectionLabel.opened(to: address))"
    let resource = Probe.Resource(.socket, name: name, site: site.number)
    defer { resource.ended() }
    let queue = WaitQueue()
    let task = loop.waiter()
    try await task.refuseIfCancelled()
    queue.append(task)
    let timer = loop.callLater(next, fileID: site.fileID, line: site.line) { queue.wakeFirst() }
    defer { timer.cancel() }
    next = min(next * 2, Self.longest)
    try await task.wait(in: queue, of: loop, for: .resource, resource.id, at: site.number)
  }
}
