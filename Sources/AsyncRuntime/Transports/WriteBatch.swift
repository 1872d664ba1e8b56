import AsyncTopBus
import AsyncTopLinux

/// What was written to sockets in this iteration of a loop, sent at its end, or after some
/// milliseconds if that is later.
///
/// Small pieces in a row for one connection leave as one. And the kernel sends for all connections
/// in a row, rather than take turns with the program in the processor's caches: with many
/// connections that saves a tenth of the time.
@safe
struct WriteBatch: ~Copyable {
  private struct Piece {
    // The connection's number among the descriptors' owners: one that was shut is not found there.
    let owner: UInt64
    var bytes: Range<Int>
  }

  // Made with its first use.
  private var storage: UnsafeMutableRawBufferPointer?
  // One after the other in the storage.
  private var pieces: [Piece] = []
  private var next = 0
  private var used = 0
  private var began: UInt64 = 0

  // Fits into the nearest caches.
  private static let size = 64 * 1024
  /// What is larger takes longer to copy than it saves.
  static let mostOfOne = 4096

  // What runs in a loop may end the process, as Swift itself does when an asynchronous `main` ends.
  private static let leavesAtExit: Void = Program.atExit {
    EventLoop.withRunning { $0.sendBatch() }
  }

  deinit {
    unsafe storage?.deallocate()
  }

  /// Whether it has waited since before the kernel's last tick; there is one in 1 to 10 ms.
  var isOld: Bool { !pieces.isEmpty && began != SystemClock.coarse }

  func hasRoom(for count: Int) -> Bool { used + count <= Self.size }

  /// Adds bytes for which there is room.
  mutating func add(_ bytes: UnsafeRawBufferPointer, for owner: UInt64) {
    let storage = unsafe storage ?? allocate()
    let end = used + bytes.count
    if pieces.isEmpty { began = SystemClock.coarse }
    unsafe UnsafeMutableRawBufferPointer(rebasing: storage[used..<end]).copyMemory(from: bytes)
    let last = pieces.count - 1
    if last >= next && pieces[last].owner == owner {
      pieces[last].bytes = pieces[last].bytes.lowerBound..<end
    } else {
      pieces.append(Piece(owner: owner, bytes: used..<end))
    }
    used = end
  }

  private mutating func allocate() -> UnsafeMutableRawBufferPointer {
    Self.leavesAtExit
    let made = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.size, alignment: 16)
    unsafe storage = unsafe made
    return unsafe made
  }

  /// Takes the next piece out; nil if there is none.
  ///
  /// Its bytes stay where they are until more are added.
  mutating func takeFirst() -> (owner: UInt64, bytes: UnsafeRawBufferPointer)? {
    guard next < pieces.count, let storage = unsafe storage else { return nil }
    let piece = pieces[next]
    next += 1
    if next == pieces.count {
      pieces.removeAll(keepingCapacity: true)
      next = 0
      used = 0
    }
    return unsafe (piece.owner, UnsafeRawBufferPointer(rebasing: storage[piece.bytes]))
  }
}

extension EventLoop {
  /// Sends what was written.
  ///
  /// A client may write more meanwhile, and even come here again: each piece is taken once.
  @inline(__always)
  func sendBatch() {
    while let (owner, bytes) = unsafe descriptors.batch.takeFirst() {
      probe.works()
      guard let connection = descriptors.owner(owner) else { continue }
      unsafe unsafeDowncast(connection, to: Connection.self).sendAdded(bytes)
    }
  }

  /// After each item that ran, so that one that takes long delays no answer.
  @inline(__always)
  func sendOldBatch() {
    if descriptors.batch.isOld { sendBatch() }
  }
}
