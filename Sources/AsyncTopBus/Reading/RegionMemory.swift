public import CAsyncTopProbe
import AsyncTopLinux

/// The tables of a region: those of a live process, or those that playback fills.
///
/// Safe to send and share: the pointers stay valid while `owner` lives, and everything they lead to
/// is read with the reader's primitives of CAsyncTopProbe, which expect that it changes at any
/// time.
@safe
public final class RegionMemory: @unchecked Sendable {
  /// The tables, and the header.
  public let tables: tp_region
  /// Where observers ask for events; nil for a region whose process has ended, or may not be asked.
  public let observers: ObserversPage?
  /// The process that has it; nil if none is seen to, or if it is this one's own or played.
  let process: WatchedProcess?
  private let owner: AnyObject

  /// Takes tables whose layout has been checked.
  ///
  /// - Parameters:
  ///   - tables: The header and the tables of a region.
  ///   - owner: Keeps the memory of the tables.
  ///   - observers: Where observers ask for events, if they may.
  public convenience init(
    tables: tp_region, keeping owner: AnyObject, observers: ObserversPage? = nil
  ) {
    unsafe self.init(tables: tables, keeping: owner, of: nil, observers: observers)
  }

  private init(
    tables: tp_region, keeping owner: AnyObject, of process: WatchedProcess?,
    observers: ObserversPage?
  ) {
    unsafe self.tables = unsafe tables
    self.owner = owner
    self.process = process
    self.observers = observers
  }

  /// Maps a region and checks its layout.
  ///
  /// What is in it comes from another process and is not trusted.
  ///
  /// - Parameter path: A region file, or `/proc/<pid>/fd/<n>` of a process's region.
  /// - Throws: When it can't be opened, or is no region of this layout.
  public convenience init(path: String) throws(RegionError) {
    let mapping: MemoryMapping
    do throws(Errno) {
      mapping = try MemoryMapping(FileReference(path: path))
    } catch {
      throw RegionError(error, opening: path)
    }
    var layout = try RegionLayout.checked(mapping, path: path)
    let guarded = GuardedMapping(mapping)
    guard mapping.isSealed || guarded.isGuarded else {
      throw RegionError(.noRegion, "too many region files are looked at at once")
    }
    let process = WatchedProcess(having: mapping.identity, at: path, header: layout)
    var tables = unsafe tp_tables_of(mapping.start, &layout)
    unsafe tables.clock_lead = process?.clockLead ?? 0
    unsafe self.init(
      tables: tables, keeping: guarded, of: process,
      observers: process.flatMap { Self.observers(of: layout, besides: $0.folder) })
  }

  // The page is another descriptor of the process that has the region.
  private static func observers(of layout: tp_header, besides folder: String) -> ObserversPage? {
    layout.observers > 2 ? try? ObserversPage(path: "\(folder)/\(layout.observers)") : nil
  }

  /// Whether another process has cut the region's file short: there is nothing to be read any more.
  public var wasCut: Bool { unsafe tp_mapping_was_cut(tables.header) }

  /// The slots of a table that memory was given to, since something has been written beside them.
  ///
  /// A region claims far more than it uses, and what another process claims may be untrue: what
  /// takes memory here is only what takes memory there.
  ///
  /// - Parameters:
  ///   - table: The first slot.
  ///   - stride: The size of a slot in bytes.
  ///   - end: How many slots are asked about.
  /// - Returns: Ranges in ascending order.
  func filledSlots(of table: UnsafeRawPointer, stride: Int, end: Int) -> [Range<Int>] {
    guard let mapping = (owner as? GuardedMapping)?.mapping, end > 0 else {
      return end > 0 ? [0..<end] : []
    }
    let start = unsafe table - UnsafeRawPointer(mapping.start)
    var slots: [Range<Int>] = []
    for part in mapping.filledParts(of: start..<start + end * stride) {
      let first = max((part.lowerBound - start) / stride, slots.last?.upperBound ?? 0)
      let next = (part.upperBound - start + stride - 1) / stride
      guard first < next else { continue }
      if let last = slots.indices.last, slots[last].upperBound == first {
        slots[last] = slots[last].lowerBound..<next
      } else {
        slots.append(first..<next)
      }
    }
    return slots
  }

  /// The header, which lies at the start of the region.
  ///
  /// It may change at any time: offsets and capacities are those of `tables`.
  public var header: UnsafeMutablePointer<tp_header> {
    unsafe tables.header
  }

  /// A mapping that reads as zeros when its file is cut short.
  private final class GuardedMapping {
    let mapping: MemoryMapping
    let isGuarded: Bool

    init(_ mapping: MemoryMapping) {
      self.mapping = mapping
      isGuarded = unsafe !mapping.isSealed && tp_guard_mapping(mapping.start, mapping.size)
    }

    deinit {
      if isGuarded { unsafe tp_unguard_mapping(mapping.start) }
    }
  }
}
