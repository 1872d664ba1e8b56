/// Whom the loop tells that a descriptor is ready.
protocol DescriptorOwner: AnyObject {
  /// It may be readable or writable now. On the loop's thread, outside of any task.
  func isReady(reading: Bool, writing: Bool)
}

/// The owners of the descriptors that a loop watches, by numbers that are never used twice, so that
/// an event that was on its way when a descriptor was closed reaches nobody.
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

  mutating func add(_ owner: any DescriptorOwner) -> UInt64 {
    let index = free.popLast() ?? entries.count
    if index == entries.count { entries.append(Entry()) }
    entries[index].owner = owner
    return UInt64(entries[index].generation) << 32 | UInt64(index)
  }

  mutating func remove(_ number: UInt64) {
    let index = Int(number & 0xffff_ffff)
    guard owner(number) != nil else { return }
    entries[index].owner = nil
    entries[index].generation &+= 1
    free.append(index)
  }

  func owner(_ number: UInt64) -> (any DescriptorOwner)? {
    let index = Int(number & 0xffff_ffff)
    guard index < entries.count, UInt64(entries[index].generation) == number >> 32 else {
      return nil
    }
    return entries[index].owner
  }
}
