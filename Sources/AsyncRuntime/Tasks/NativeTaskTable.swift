import AsyncTopLinux
import Synchronization

/// The tasks of a loop by the addresses of the native tasks underneath: how a task knows itself.
///
/// Swift's task locals would do, but cost an allocation for each task and are inherited by native
/// children. This is a ring of places, at most half full; a task lies at or after the place that
/// its address names, with no free place between.
///
/// 1. Only the loop's thread changes it, and looks up what it likes.
/// 2. A task that its actor has taken to another thread looks itself up there, or the one whose
///    child it is, by the table's `Face`: its entry is there all the while, but may be moved.
/// 3. While entries are moved, `changes` is odd. Who looks from another thread tries again if it
///    was, or is another one after that.
/// 4. Who looks from another thread is counted before it sees which places there are. Places that
///    were replaced are freed once nobody is.
@safe
struct NativeTaskTable: ~Copyable {
  // Two words for each place: the address, 0 if it is free, and the task.
  private var places: UnsafeMutablePointer<Atomic<UInt>>
  private var mask: Int
  private var count = 0
  // Where those begin that were replaced while somebody looked.
  private var replaced: [UInt] = []
  let face = Face()

  /// The table as other threads see it.
  @safe
  final class Face: Sendable {
    fileprivate let changes = Atomic<UInt>(0)
    fileprivate let lookers = Atomic(0)
    // The word before the places, which is their mask.
    fileprivate let start = Atomic<UInt>(0)

    /// The task at the address of the native task that runs, or of one whose child that is; from
    /// any thread.
    func task(at address: UnsafeRawPointer) -> AnyAsyncTask? {
      lookers.add(1, ordering: .sequentiallyConsistent)
      defer { lookers.subtract(1, ordering: .releasing) }
      while true {
        let before = changes.load(ordering: .acquiring)
        if before.isMultiple(of: 2) {
          let task = unsafe find(UInt(bitPattern: address))
          atomicMemoryFence(ordering: .acquiring)
          if changes.load(ordering: .relaxed) == before {
            return unsafe task?.takeUnretainedValue()
          }
        }
        SpinLock.giveWay()
      }
    }

    private func find(_ address: UInt) -> Unmanaged<AnyAsyncTask>? {
      guard
        let start = unsafe UnsafeMutablePointer<Atomic<UInt>>(
          bitPattern: start.load(ordering: .sequentiallyConsistent))
      else { return nil }
      let mask = unsafe Int(bitPattern: start[0].load(ordering: .relaxed))
      let places = unsafe start + 1
      var place = NativeTaskTable.home(of: address) & mask
      for _ in 0...mask {
        let found = unsafe places[2 * place].load(ordering: .acquiring)
        if found == address {
          return unsafe NativeTaskTable.task(places[2 * place + 1].load(ordering: .relaxed))
        }
        if found == 0 { return nil }
        place = (place + 1) & mask
      }
      return nil
    }
  }

  init() {
    mask = 63
    unsafe places = Self.allocate(mask: 63)
    publish()
  }

  deinit {
    for start in replaced + [face.start.load(ordering: .relaxed)] { Self.free(start) }
  }

  func task(at address: UnsafeRawPointer) -> AnyAsyncTask? {
    let address = UInt(bitPattern: address)
    var place = Self.home(of: address) & mask
    while true {
      let found = self.address(place)
      if found == address { return unsafe Self.task(task(place))?.takeUnretainedValue() }
      if found == 0 { return nil }
      place = (place + 1) & mask
    }
  }

  mutating func insert(_ task: AnyAsyncTask, at address: UnsafeRawPointer) {
    if 2 * (count + 1) > mask { grow() }
    count += 1
    let word = unsafe UInt(bitPattern: Unmanaged.passUnretained(task).toOpaque())
    put(UInt(bitPattern: address), word)
  }

  mutating func remove(at address: UnsafeRawPointer) {
    let address = UInt(bitPattern: address)
    var hole = Self.home(of: address) & mask
    while self.address(hole) != address {
      if self.address(hole) == 0 { programmerError("a task is removed twice") }
      hole = (hole + 1) & mask
    }
    count -= 1
    beginChange()
    // Those after it move up, unless they would come before the place that their address names.
    var place = (hole + 1) & mask
    while self.address(place) != 0 {
      let distance = (place - Self.home(of: self.address(place))) & mask
      if distance >= (place - hole) & mask {
        set(hole, self.address(place), task(place))
        hole = place
      }
      place = (place + 1) & mask
    }
    set(hole, 0, 0)
    endChange()
  }

  private func put(_ address: UInt, _ task: UInt) {
    var place = Self.home(of: address) & mask
    while self.address(place) != 0 { place = (place + 1) & mask }
    set(place, address, task)
  }

  private mutating func grow() {
    let (old, oldStart, size) = unsafe (places, face.start.load(ordering: .relaxed), mask + 1)
    mask = 2 * size - 1
    unsafe places = Self.allocate(mask: mask)
    for place in 0..<size {
      let address = unsafe old[2 * place].load(ordering: .relaxed)
      if address != 0 { put(address, unsafe old[2 * place + 1].load(ordering: .relaxed)) }
    }
    publish()
    replaced.append(oldStart)
    guard face.lookers.load(ordering: .sequentiallyConsistent) == 0 else { return }
    for start in replaced { Self.free(start) }
    replaced.removeAll()
  }
}

// Words.
extension NativeTaskTable {
  // Tasks are aligned to 16 bytes; multiplying spreads what is left (Fibonacci hashing).
  @inline(__always)
  fileprivate static func home(of address: UInt) -> Int {
    Int(truncatingIfNeeded: ((address >> 4) &* 0x9e37_79b9_7f4a_7c15) >> 32)
  }

  fileprivate static func task(_ word: UInt) -> Unmanaged<AnyAsyncTask>? {
    unsafe UnsafeRawPointer(bitPattern: word).map { unsafe Unmanaged.fromOpaque($0) }
  }

  @inline(__always)
  private func address(_ place: Int) -> UInt {
    unsafe places[2 * place].load(ordering: .relaxed)
  }

  @inline(__always)
  private func task(_ place: Int) -> UInt {
    unsafe places[2 * place + 1].load(ordering: .relaxed)
  }

  @inline(__always)
  private func set(_ place: Int, _ address: UInt, _ task: UInt) {
    unsafe places[2 * place + 1].store(task, ordering: .relaxed)
    unsafe places[2 * place].store(address, ordering: .releasing)
  }

  @inline(__always)
  private func beginChange() {
    let changes = face.changes.load(ordering: .relaxed)
    face.changes.store(changes &+ 1, ordering: .relaxed)
    atomicMemoryFence(ordering: .releasing)
  }

  @inline(__always)
  private func endChange() {
    let changes = face.changes.load(ordering: .relaxed)
    face.changes.store(changes &+ 1, ordering: .releasing)
  }

  // What there was is complete in what replaces it, so no change need be noted.
  private func publish() {
    face.start.store(
      UInt(bitPattern: unsafe places - 1), ordering: .sequentiallyConsistent)
  }

  private static func allocate(mask: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
    let words = 2 * (mask + 1) + 1
    let start = UnsafeMutablePointer<Atomic<UInt>>.allocate(capacity: words)
    unsafe start.initialize(to: Atomic(UInt(bitPattern: mask)))
    for word in 1..<words { unsafe (start + word).initialize(to: Atomic(0)) }
    return unsafe start + 1
  }

  private static func free(_ start: UInt) {
    unsafe UnsafeMutablePointer<Atomic<UInt>>(bitPattern: start)?.deallocate()
  }
}
