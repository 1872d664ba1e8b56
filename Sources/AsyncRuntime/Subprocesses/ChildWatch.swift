import AsyncTopBus
import AsyncTopLinux

/// A child process that a loop waits for: by its pidfd, without a thread and without SIGCHLD.
///
/// Its loop keeps it alive until the process has ended, so that the process is taken off the
/// kernel's list also if nothing waits for it.
///
/// Sendable: belongs to its loop's thread, which the public entry points check.
final class ChildWatch: @unchecked Sendable {
  let loop: EventLoop
  /// What people call it, such as `pid 4711 sort`.
  let name: String
  let id: Int32
  /// How it has ended; nil while it runs.
  private(set) var status: ExitStatus?
  /// Called once, in an iteration of its own, when the process has ended.
  var whenEnded: (() throws -> Void)?

  let site: CallSite
  private let resource: Probe.Resource
  private let owner: UInt64
  // In which it tells of its end.
  private let context: Context
  private var process: ProcessHandle?
  private let waiters = WaitQueue()

  /// Takes over a process.
  ///
  /// Fails if the loop can't watch it; the process is killed then.
  init(
    _ process: ProcessHandle, command: String, on loop: EventLoop, at site: CallSite
  ) throws(Errno) {
    self.loop = loop
    self.site = site
    self.process = process
    id = process.id
    name = "pid \(process.id) \(command)"
    resource = Probe.Resource(.process, name: name, site: site.number)
    owner = loop.descriptors.reserve()
    context = loop.inheritedContext
    do throws(Errno) {
      try loop.descriptors.add(self, as: owner, .reading, of: process.number)
    } catch {
      resource.ended()
      try? process.send(ProcessSignals.kill)
      AbandonedProcesses.add(process)
      throw error
    }
  }

  /// Returns false if it has ended.
  func send(_ signal: Int32) throws(IOError) -> Bool {
    guard let process else { return false }
    do throws(Errno) {
      try process.send(signal)
      return true
    } catch {
      if error == .noSuchProcess { return false }
      throw site.error(error, "send signal \(ProcessSignals.name(of: signal)) to", name)
    }
  }

  nonisolated(nonsending)
    func wait(at site: UInt32) async throws(CancellationError) -> ExitStatus
  {
    while true {
      if let status { return status }
      let task = loop.waiter()
      try await task.refuseIfCancelled()
      if status != nil { continue }
      waiters.append(task)
      resource.level(0, of: 0, waiters: waiters.count)
      defer { resource.level(0, of: 0, waiters: waiters.count) }
      try await task.wait(in: waiters, of: loop, for: .resource, resource.id, at: site)
    }
  }

  func description(of type: String) -> String {
    guard loop.isOnThread else { return "\(type)(\(name))" }
    return "\(type)(\(name), \(status.map { "\($0)" } ?? "running"))"
  }

  private func ended(_ status: ExitStatus) {
    self.status = status
    release()
    while waiters.wakeFirst() {}
    if let whenEnded { loop.callSoon(whenEnded) }
    whenEnded = nil
  }

  private func release() {
    guard let process else { return }
    loop.descriptors.remove(owner, watching: process.number)
    resource.ended()
    self.process = nil
  }
}

extension ChildWatch: DescriptorOwner {
  var callSite: UInt32 { site.number }

  func isReady(_ event: Poller.Event) {
    guard let process else { return }
    loop.enter(context)
    do throws(Errno) {
      if let end = try process.reap() { ended(ExitStatus(end)) }
    } catch {
      loop.report(
        ExceptionContext(
          message: "The status of \(name) is lost: something else has waited for it.",
          error: site.error(error, "wait for", name)))
      ended(.unknown)
    }
  }

  func abandon() {
    if let process { AbandonedProcesses.add(process) }
    release()
  }
}
