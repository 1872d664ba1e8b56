import CAsyncTopProbe
import AsyncTopLinux

/// The page by which observers ask an app for events; what is read there is not trusted.
///
/// Safe to send and share: every word is read and written in one piece.
@safe
public final class ObserversPage: @unchecked Sendable {
  private let page: UnsafeMutablePointer<tp_observers>
  private let mapping: MemoryMapping?

  /// Maps the page of a process.
  ///
  /// - Parameter path: `/proc/<pid>/fd/<n>` of the descriptor that the region's header names.
  /// - Throws: `notPermitted` for a user who may look at the process but not write its memory;
  ///   `damaged` if the descriptor is another one by now.
  init(path: String) throws(RegionError) {
    let mapping: MemoryMapping
    do throws(Errno) {
      // The process says which descriptor it is, and this writes there: not into any file of others
      // that is open for it, which whoever runs asynctop may be allowed to write.
      let file = try FileReference(path: path)
      guard file.isInMemory, file.name == Self.memoryName else { throw .invalidArgument }
      mapping = try MemoryMapping(file, isWritable: true)
    } catch .invalidArgument {
      throw RegionError(.damaged, "\(path) is not the page of a region's observers")
    } catch {
      throw RegionError(error, opening: path)
    }
    guard mapping.isSealed, mapping.size >= Int(TP_OBSERVERS_SIZE),
      unsafe UnsafeRawBufferPointer(start: mapping.start, count: 8).elementsEqual(TP_MAGIC.utf8)
    else { throw RegionError(.damaged, "\(path) is not the page of a region's observers") }
    self.mapping = mapping
    unsafe page = unsafe mapping.start.assumingMemoryBound(to: tp_observers.self)
  }

  /// As the kernel writes the name that the probe gives to it.
  static let memoryName = "/memfd:asynctop-observers (deleted)"

  /// This process's own page; nil if the probe has none.
  public init?(ownProcess: Void) {
    guard let page = unsafe tp_own_observers() else { return nil }
    unsafe self.page = unsafe page
    mapping = nil
  }

  /// Events are written while the region's clock is below this, in ticks.
  public var lease: UInt64 { unsafe tp_load(&page.pointee.lease_ticks) }

  /// Has events written up to this moment at least, in ticks; observers share the lease.
  public func raiseLease(to ticks: UInt64) {
    unsafe tp_raise(&page.pointee.lease_ticks, ticks)
  }

  /// Has the rings of threads that write fast grow until they last so long, in ticks, as far as the
  /// region has room; observers share the wish for the longest.
  public func raiseRingTime(to ticks: UInt64) {
    unsafe tp_raise(&page.pointee.ring_ticks, ticks)
  }

  /// Begins an epoch of a region's changes, and waits some microseconds until it has begun.
  ///
  /// - Returns: Its moment in ticks; nil if that isn't possible.
  func beginEpoch(of tables: tp_region) -> UInt64? {
    var tables = unsafe tables
    let epoch = unsafe tp_begin_epoch(&tables, page)
    return epoch == 0 ? nil : epoch
  }

  /// Ends the lease for all observers: for tests.
  public func endLease() {
    unsafe tp_store(&page.pointee.lease_ticks, 0)
  }
}
