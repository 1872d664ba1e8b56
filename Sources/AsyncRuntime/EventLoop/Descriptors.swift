import AsyncTopLinux

/// What the loop calls when a descriptor is ready.
protocol DescriptorOwner: AnyObject {
  /// Where the program made what is called when it is ready, or 0 if that has a handle of its own.
  var callSite: UInt32 { get }

  /// It may be readable or writable now. On the loop's thread, outside of any task.
  func isReady(_ event: Poller.Event)

  /// The loop closes: ends at once.
  func abandon()
}

/// The descriptors that a loop watches, who owns them, and what is sent and received through them.
///
/// 1. An owner has a number, by which the kernel reports its descriptor. A number is never used
///    twice, so that an event that was on its way when a descriptor was closed is dropped.
/// 2. An owner is in the table before its descriptor is watched, and both end together.
/// 3. The table keeps an owner alive until it is removed. What is removed is returned, so that it
///    is let go of when no change is under way any more.
///
/// Only on the loop's thread. No function here calls an owner.
struct Descriptors: ~Copyable {
  /// The number of the loop's own wake-up.
  static let wakeOwner: UInt64 = .max

  private struct Entry {
    var owner: (any DescriptorOwner)?
    var generation: UInt32 = 0
  }

  private var poller: Poller
  private var entries: [Entry] = []
  private var free: [Int] = []
  /// What was written in this iteration and not sent yet.
  var batch = WriteBatch()
  /// Where all connections receive.
  let receiveBuffer = ReceiveBuffer()
  // What `addReader` and the like watch, by the kernel's numbers.
  private var watches: [Int32: DescriptorWatch] = [:]
  /// The signals that have a handler or a sequence on the loop.
  private(set) var signals: [WatchedSignal] = []

  init(_ poller: consuming Poller) {
    self.poller = poller
  }

  var isEmpty: Bool { entries.count == free.count }

  var owners: [any DescriptorOwner] { entries.compactMap(\.owner) }

  // MARK: Owners

  /// A number for an owner that is about to be made.
  mutating func reserve() -> UInt64 {
    let index = free.popLast() ?? entries.count
    if index == entries.count { entries.append(Entry()) }
    return UInt64(entries[index].generation) << 32 | UInt64(index)
  }

  mutating func set(_ number: UInt64, _ owner: any DescriptorOwner) {
    entries[Int(number & 0xffff_ffff)].owner = owner
  }

  /// Gives a number back; again, it does nothing.
  @discardableResult
  mutating func remove(_ number: UInt64) -> (any DescriptorOwner)? {
    let index = Int(number & 0xffff_ffff)
    guard isCurrent(number) else { return nil }
    let owner = entries[index].owner.take()
    entries[index].generation &+= 1
    free.append(index)
    return owner
  }

  func owner(_ number: UInt64) -> (any DescriptorOwner)? {
    isCurrent(number) ? entries[Int(number & 0xffff_ffff)].owner : nil
  }

  private func isCurrent(_ number: UInt64) -> Bool {
    let index = Int(number & 0xffff_ffff)
    return index < entries.count && UInt64(entries[index].generation) == number >> 32
  }

  // MARK: The kernel

  /// What of a descriptor is reported.
  enum Interest {
    /// That something can be read, as long as it is there.
    case reading
    /// That it becomes readable or writable, once each time.
    case changes
  }

  /// Puts an owner in the table and watches its descriptor; if that fails, it is in neither.
  mutating func add(
    _ owner: any DescriptorOwner, as number: UInt64, _ interest: Interest, of descriptor: Int32
  ) throws(Errno) {
    set(number, owner)
    do throws(Errno) {
      try watch(descriptor, interest, for: number)
    } catch {
      remove(number)
      throw error
    }
  }

  /// Watches a descriptor for an owner.
  func watch(_ descriptor: Int32, _ interest: Interest, for number: UInt64) throws(Errno) {
    switch interest {
    case .reading: try poller.addReader(descriptor, owner: number)
    case .changes: try poller.add(descriptor, owner: number)
    }
  }

  /// Watches a descriptor for something else than before: see `Poller.watch`.
  func watch(
    _ descriptor: Int32, for number: UInt64, reading: Bool, writing: Bool, isKnown: Bool
  ) throws(Errno) {
    try poller.watch(
      descriptor, owner: number, reading: reading, writing: writing, isKnown: isKnown)
  }

  /// Stops watching a descriptor.
  func unwatch(_ descriptor: Int32) {
    poller.remove(descriptor)
  }

  /// Stops watching a descriptor, and gives the number of its owner back.
  @discardableResult
  mutating func remove(
    _ number: UInt64, watching descriptor: Int32
  ) -> (any DescriptorOwner)? {
    poller.remove(descriptor)
    return remove(number)
  }

  /// Waits for events: see `Poller.wait`.
  mutating func wait(nanoseconds: Int64) -> Int {
    poller.wait(nanoseconds: nanoseconds)
  }

  /// An event of the last wait.
  func event(_ index: Int) -> Poller.Event {
    poller.event(index)
  }

  // MARK: Watches and signals

  /// What watches a descriptor that is no connection's; nil if nothing does.
  func watch(of descriptor: Int32) -> DescriptorWatch? { watches[descriptor] }

  mutating func insert(_ watch: DescriptorWatch) {
    watches[watch.number] = watch
  }

  @discardableResult
  mutating func remove(_ watch: DescriptorWatch) -> DescriptorWatch? {
    watches[watch.number] === watch ? watches.removeValue(forKey: watch.number) : nil
  }

  /// What watches a signal; nil if it has no handler and no sequence.
  func signal(_ number: Int32) -> WatchedSignal? {
    signals.first { $0.number == number }
  }

  mutating func insert(_ signal: WatchedSignal) {
    signals.append(signal)
  }

  @discardableResult
  mutating func remove(_ signal: WatchedSignal) -> WatchedSignal? {
    signals.firstIndex { $0 === signal }.map { signals.remove(at: $0) }
  }
}
