import AsyncTopBus

/// Several tasks and futures that something waits for: what `gather`, `wait`, `asCompleted` and
/// `shield` have in common.
///
/// It is the handle that each of them tells when it has ended, and the place in which the waiter is
/// until enough have. A subclass says when that is.
///
/// Sendable as its base class is; what it adds belongs to the loop's thread.
class Assembly: Handle, WaitPlace, @unchecked Sendable {
  final let members: [any Waitable]
  final private(set) var pending = 0
  // There is nothing more to wait for.
  final private(set) var isOver = false
  let name: String
  private var tokens: [Int] = []
  private var waiter: Waiter?
  private var isCancelling = false
  private var resource: Probe.Resource?

  init(_ loop: EventLoop, of members: [any Waitable], name: String, site: UInt32) {
    self.members = members
    self.name = name
    super.init(loop, nil, in: loop.isOnThread ? nil : Context())
    self.site = site
  }

  deinit {
    resource?.ended()
  }

  /// Whether all must end, or one; for a subclass.
  var needsAll: Bool { true }

  /// Whether there will be another wait, for those that are left; for a subclass.
  var waitsAgain: Bool { false }

  /// One has ended, or had before.
  ///
  /// For a subclass, to call `finish` when enough have.
  func memberEnded(_ member: any Waitable) {}

  /// The waiter is cancelled; for a subclass.
  ///
  /// Returns whether it waits on.
  func waiterCancelled(_ waiter: Waiter) -> Bool { false }

  /// Nothing more is to be waited for.
  final func finish() {
    isOver = true
    waiter?.wake(.woken)
    waiter = nil
  }

  /// There is more to wait for, again.
  final func resume() {
    isOver = false
  }

  /// Finds out who has ended, and is told by the others.
  ///
  /// - Throws: `AwaitError` if one can't be waited for here.
  final func begin() throws(AwaitError) {
    guard loop.isRunningHere else { throw .otherLoop }
    let current = loop.current
    for member in members {
      if member.loop !== loop { throw .otherLoop }
      if let current, member === current { throw .itself }
    }
    pending = members.count
    tokens.reserveCapacity(members.count)
    for member in members {
      if member.isDone {
        tokens.append(-1)
        pending -= 1
        memberEnded(member)
      } else {
        tokens.append(member._attach(self))
      }
    }
  }

  override final func hasEnded(_ ended: any Waitable) {
    pending -= 1
    memberEnded(ended)
    report()
  }

  /// Suspends until it is over; does not if it is.
  ///
  /// - Throws: `CancellationError` if the waiter was cancelled. `AwaitError` on another loop.
  nonisolated(nonsending)
    final func wait() async throws
  {
    guard !isOver else { return }
    guard loop.isRunningHere else { throw AwaitError.otherLoop }
    let waiter = loop.waiter()
    do {
      try await waiter.refuseIfCancelled()
    } catch {
      guard waiterCancelled(waiter) else { throw error }
    }
    guard !isOver else { return }
    self.waiter = waiter
    let (kind, target) = awaited()
    defer { if !waitsAgain { endReport() } }
    try await waiter.wait(in: self, of: loop, for: kind, target, at: site)
  }

  final func cancelWait(of waiter: Waiter) -> Bool {
    guard self.waiter === waiter else { return false }
    // Cancelling the members may come back to here, where tasks wait for each other in a circle.
    let isCircle = isCancelling
    isCancelling = true
    if isCircle || !waiterCancelled(waiter) {
      self.waiter = nil
      waiter.wake(.cancelled)
    }
    isCancelling = isCircle
    return true
  }

  /// Is told of no more of them.
  final func leave() {
    endReport()
    for (member, token) in zip(members, tokens) where token >= 0 && !member.isDone {
      _ = member._detach(self, token)
    }
  }

  // As asynctop shows it: the one that is waited for, or how many of them have ended, and who has
  // not.
  private func awaited() -> (Probe.Awaited, UInt64) {
    if pending == 1, let last = members.first(where: { !$0.isDone }) {
      if let task = last as? AnyAsyncTask { return (.task, task.nativeID) }
      let address = unsafe Unmanaged.passUnretained(last as AnyObject).toOpaque()
      return (.future, UInt64(UInt(bitPattern: address)))
    }
    if let resource {
      report()
      return (.resource, resource.id)
    }
    let resource = Probe.Resource(needsAll ? .allOf : .anyOf, name: name, site: site)
    self.resource = resource
    report()
    unsafe reportedMembers.forEach { unsafe resource.awaits($0) }
    return (.resource, resource.id)
  }

  private func report() {
    resource?.level(members.count - pending, of: members.count, waiters: waiter == nil ? 0 : 1)
  }

  private func endReport() {
    guard let resource else { return }
    unsafe reportedMembers.forEach { unsafe resource.awaitsNoMore($0) }
    resource.ended()
    self.resource = nil
  }

  // The native tasks of those that have not ended.
  private var reportedMembers: [UnsafeRawPointer] {
    guard pending > 0, let resource, resource.id != 0 else { return unsafe [] }
    return unsafe members.compactMap { unsafe (($0 as AnyObject) as? AnyAsyncTask)?.nativeAddress }
  }
}

extension Array {
  /// Without those whose identity an earlier one has.
  func distinct(_ identity: (Element) -> ObjectIdentifier) -> [Element] {
    guard count > 1 else { return self }
    var seen = Set<ObjectIdentifier>(minimumCapacity: count)
    return filter { seen.insert(identity($0)).inserted }
  }
}
