public import CTaskProbe
import LinuxSystem

/// The tables of a region: those of a live process, or those that playback fills.
///
/// Safe to send and share: the pointers stay valid while `owner` lives, and everything they lead to
/// is read with the reader's primitives of CTaskProbe, which expect that it changes at any time.
@safe
public final class RegionMemory: @unchecked Sendable {
  /// The tables, and the header.
  public let tables: tp_region
  private let owner: AnyObject

  /// Takes tables whose layout has been checked.
  ///
  /// - Parameters:
  ///   - tables: The header and the tables of a region.
  ///   - owner: Keeps the memory of the tables.
  ///   - isWritable: Whether the observers' lease in it may be renewed.
  public init(tables: tp_region, keeping owner: AnyObject, isWritable: Bool) {
    unsafe self.tables = unsafe tables
    self.owner = owner
    self.isWritable = isWritable
  }

  /// Maps a region and checks its layout.
  ///
  /// What is in it comes from another process and is not trusted.
  ///
  /// - Parameter path: A region file, or `/proc/<pid>/fd/<n>` of a process's region.
  /// - Throws: When it can't be opened, or is no region of this layout.
  public convenience init(path: String) throws(RegionError) {
    let mapping: MemoryMapping
    do {
      mapping = try MemoryMapping(path: path)
    } catch {
      throw RegionError(error, opening: path)
    }
    try RegionLayout.check(mapping, path: path)
    unsafe self.init(
      tables: tp_tables_of(mapping.start), keeping: mapping, isWritable: mapping.isWritable)
  }

  /// Whether this process may renew the observers' lease in it.
  public let isWritable: Bool

  /// The header, which lies at the start of the region.
  public var header: UnsafeMutablePointer<tp_header> {
    unsafe tables.header
  }
}
