import AsyncTopLinux

/// Whom the loop tells that a descriptor is ready.
protocol DescriptorOwner: AnyObject {
  /// Where the program made what is called when it is ready, or 0 if that has a handle of its own.
  var callSite: UInt32 { get }

  /// It may be readable or writable now. On the loop's thread, outside of any task.
  func isReady(_ event: Poller.Event)

  /// The loop closes: ends at once.
  func abandon()
}

/// The owners of the descriptors that a loop watches, by numbers that are never used twice, so that
/// an event that was on its way when a descriptor was closed reaches nobody.
///
/// It keeps them alive: each takes itself out when it ends.
struct DescriptorTable {
  /// The number of the loop's own wake-up.
  static let wakeOwner: UInt64 = .max

  private struct Entry {
    var owner: (any DescriptorOwner)?
    var generation: UInt32 = 0
  }

  private var entries: [Entry] = []
  private var free: [Int] = []

  var isEmpty: Bool { entries.count == free.count }

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
  mutating func remove(_ number: UInt64) {
    let index = Int(number & 0xffff_ffff)
    guard isCurrent(number) else { return }
    entries[index].owner = nil
    entries[index].generation &+= 1
    free.append(index)
  }

  func owner(_ number: UInt64) -> (any DescriptorOwner)? {
    isCurrent(number) ? entries[Int(number & 0xffff_ffff)].owner : nil
  }

  var owners: [any DescriptorOwner] { entries.compactMap(\.owner) }

  private func isCurrent(_ number: UInt64) -> Bool {
    let index = Int(number & 0xffff_ffff)
    return index < entries.count && UInt64(entries[index].generation) == number >> 32
  }
}
