import LinuxSystem

/// The tasks of a loop by the addresses of the native tasks underneath: how a task knows itself.
///
/// Swift's task locals would do, but cost an allocation for each task and are inherited by native
/// children. This is a ring of places, at most half full; a task lies at or after the place that
/// its address names, with no free place between.
@safe
struct NativeTaskTable: ~Copyable {
  @unsafe private struct Entry {
    var address: UInt = 0  // 0: free
    var task: Unmanaged<AnyAsyncTask>?
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var mask: Int
  private var count = 0

  init() {
    unsafe entries = Self.allocate(64)
    mask = 63
  }

  deinit {
    unsafe entries.deallocate()
  }

  func task(at address: UnsafeRawPointer) -> AnyAsyncTask? {
    let address = UInt(bitPattern: address)
    var place = home(of: address)
    while unsafe entries[place].address != 0 {
      if unsafe entries[place].address == address {
        return unsafe entries[place].task?.takeUnretainedValue()
      }
      place = (place + 1) & mask
    }
    return nil
  }

  mutating func insert(_ task: AnyAsyncTask, at address: UnsafeRawPointer) {
    if 2 * (count + 1) > mask { grow() }
    count += 1
    unsafe put(Entry(address: UInt(bitPattern: address), task: .passUnretained(task)))
  }

  mutating func remove(at address: UnsafeRawPointer) {
    let address = UInt(bitPattern: address)
    var hole = home(of: address)
    while unsafe entries[hole].address != address {
      if unsafe entries[hole].address == 0 { programmerError("a task is removed twice") }
      hole = (hole + 1) & mask
    }
    count -= 1
    // Those after it move up, unless they would come before the place that their address names.
    var place = (hole + 1) & mask
    while unsafe entries[place].address != 0 {
      let distance = (place - home(of: unsafe entries[place].address)) & mask
      if distance >= (place - hole) & mask {
        unsafe entries[hole] = entries[place]
        hole = place
      }
      place = (place + 1) & mask
    }
    unsafe entries[hole] = Entry()
  }

  // Tasks are aligned to 16 bytes; multiplying spreads what is left (Fibonacci hashing).
  @inline(__always)
  private func home(of address: UInt) -> Int {
    Int(truncatingIfNeeded: ((address >> 4) &* 0x9e37_79b9_7f4a_7c15) >> 32) & mask
  }

  private func put(_ entry: Entry) {
    var place = unsafe home(of: entry.address)
    while unsafe entries[place].address != 0 { place = (place + 1) & mask }
    unsafe entries[place] = entry
  }

  private mutating func grow() {
    let (old, size) = unsafe (entries, mask + 1)
    unsafe entries = Self.allocate(2 * size)
    mask = 2 * size - 1
    for place in 0..<size where unsafe old[place].address != 0 {
      unsafe put(old[place])
    }
    unsafe old.deallocate()
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
    unsafe entries.initialize(repeating: Entry(), count: count)
    return unsafe entries
  }
}
