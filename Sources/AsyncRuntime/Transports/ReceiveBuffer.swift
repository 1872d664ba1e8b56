/// Where a loop receives what is then copied in its real size: one for all transports, so that
/// quiet ones take no memory.
///
/// On the loop's thread only. Nothing is called while it is changed.
@safe
final class ReceiveBuffer {
  // Made with its first use.
  @exclusivity(unchecked) private var storage: UnsafeMutableRawBufferPointer?
  // What was given last. Who is done with it before the next is received gives its memory back.
  @safe @exclusivity(unchecked) private var given: [UInt8] = []
  // How much came last.
  @safe @exclusivity(unchecked) private var lastCount = 0
  // What comes in larger pieces takes longer to copy than to get memory for.
  private static let mostReused = 16 * 1024
  // To copy once more than needed, if somebody still has what was given, is the lesser evil then.
  private static let mostOverwritten = 4096

  deinit {
    unsafe storage?.deallocate()
  }

  /// The bytes that a body receives into the memory it is given; it returns how many.
  ///
  /// The memory has room for `Connection.mostReceived`.
  @inline(__always)
  func received<Failure: Error>(
    atMost limit: Int = .max, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [UInt8] {
    // All that is asked for must have room: a datagram is received whole or loses its rest.
    if lastCount > Self.mostReused && limit <= 2 * lastCount {
      return unsafe try receivedUncopied(atMost: limit, body)
    }
    let storage = unsafe storage ?? allocate()
    let free = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[..<min(limit, storage.count)])
    let count = unsafe try body(free)
    lastCount = count
    return unsafe copy(UnsafeRawBufferPointer(rebasing: free[..<count]))
  }

  // The same, into the memory that is given to the reader. It is worth it for what is large.
  private func receivedUncopied<Failure: Error>(
    atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) -> [UInt8] {
    let room = min(limit, Connection.mostReceived)
    var failure: Failure?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { free, count in
      do throws(Failure) {
        count = unsafe try body(UnsafeMutableRawBufferPointer(free))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    lastCount = bytes.count
    // Nobody keeps memory twice as large as what is in it.
    return 2 * bytes.count < room ? unsafe bytes.withUnsafeBytes { unsafe Array($0) } : bytes
  }

  private func allocate() -> UnsafeMutableRawBufferPointer {
    let made = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Connection.mostReceived, alignment: 16)
    unsafe storage = unsafe made
    return unsafe made
  }

  private func copy(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    guard bytes.count > 0 else { return [] }
    if bytes.count == given.count && bytes.count <= Self.mostOverwritten {
      unsafe given.withUnsafeMutableBytes { unsafe $0.copyMemory(from: bytes) }
      return given
    }
    // Neither larger than what is there nor much smaller.
    guard (given.capacity / 2...given.capacity).contains(bytes.count) else {
      let fresh = unsafe Array(bytes)
      if bytes.count <= Self.mostReused { given = fresh }
      return fresh
    }
    // Gets other memory if somebody has the one that it has.
    given.removeAll(keepingCapacity: true)
    unsafe given.append(contentsOf: bytes)
    return given
  }
}
