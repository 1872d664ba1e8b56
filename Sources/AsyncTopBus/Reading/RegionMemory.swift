public import AsyncTopLinux
public import CAsyncTopProbe

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

  /// Gives back the memory that reading slots took here; they can be read again.
  func release<Slot>(_ slots: UnsafePointer<Slot>, count: Int) {
    guard let mapping = (owner as? GuardedMapping)?.mapping else { return }
    let start = unsafe UnsafeRawPointer(slots) - UnsafeRawPointer(mapping.start)
    mapping.release(start..<start + count * MemoryLayout<Slot>.stride)
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

/// The checks that a region must pass before anything in it is followed.
enum RegionLayout {
  /// Checks that every part of the region lies within the mapping and has the strides we know.
  ///
  /// - Returns: A copy of the header that was checked: what is in the mapping may change meanwhile.
  static func checked(_ mapping: MemoryMapping, path: String) throws(RegionError) -> tp_header {
    guard mapping.size >= Int(TP_HEADER_SIZE) else { throw notARegion(path) }
    let header = unsafe mapping.start.load(as: tp_header.self)
    let isMagic = unsafe withUnsafeBytes(of: header.magic) { magic in
      unsafe magic.elementsEqual(TP_MAGIC.utf8)
    }
    guard isMagic else { throw notARegion(path) }
    guard header.abi_version == TP_ABI_VERSION, header.header_size == TP_HEADER_SIZE else {
      throw RegionError(
        .otherVersion,
        "\(path) has version \(header.abi_version) of the region, this asynctop reads version"
          + " \(TP_ABI_VERSION); use the asynctop that belongs to the app's package version")
    }
    guard header.state != TP_REGION_STARTING.rawValue else {
      throw RegionError(.notMonitored, "\(path) is just being made; try again")
    }
    for extent in extents(of: header) + changes(of: header) {
      guard extent.fits(in: UInt64(mapping.size)) else {
        throw RegionError(
          .damaged, "\(path) is damaged: its \(extent.name) lie outside of it; start the app again")
      }
    }
    let tables = [header.tasks, header.groups, header.timers, header.resources]
    guard tables.allSatisfy({ $0.block == 0 || $0.block == TP_BLOCK }) else {
      throw RegionError(.damaged, "\(path) is damaged: impossible blocks; start the app again")
    }
    guard header.worker_capacity <= UInt16.max else {
      throw RegionError(.damaged, "\(path) is damaged: impossible threads; start the app again")
    }
    return header
  }

  private static func notARegion(_ path: String) -> RegionError {
    RegionError(.noRegion, "\(path) is not a region of asynctop")
  }

  private struct Extent {
    var name: String
    var offset: UInt64
    var count: UInt64
    var size: UInt64

    func fits(in total: UInt64) -> Bool {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
      let (end, overflow2) = offset.addingReportingOverflow(bytes)
      return !overflow && !overflow2 && end <= total && offset % 8 == 0
    }
  }

  private static func extents(of header: tp_header) -> [Extent] {
    func extent<T>(_ name: String, _ offset: UInt64, _ count: UInt32, of _: T.Type) -> Extent {
      Extent(
        name: name, offset: offset, count: UInt64(count), size: UInt64(MemoryLayout<T>.stride))
    }
    let tasks = header.tasks.capacity
    return [
      extent("tasks", header.tasks.offset, tasks, of: tp_task.self),
      extent("tasks", header.task_origins, tasks, of: tp_task_origin.self),
      extent("names", header.task_details, tasks, of: tp_task_detail.self),
      extent("groups", header.groups.offset, header.groups.capacity, of: tp_group.self),
      extent("timers", header.timers.offset, header.timers.capacity, of: tp_timer.self),
      extent("resources", header.resources.offset, header.resources.capacity, of: tp_resource.self),
      extent("loops", header.loops.offset, header.loops.capacity, of: tp_loop.self),
      extent("workers", header.workers, header.worker_capacity, of: tp_worker.self),
      extent("sites", header.sites.offset, header.sites.capacity, of: tp_site.self),
      extent("counts", header.site_counts, header.sites.capacity, of: tp_site_counts.self),
      extent(
        "counts", header.site_own_counts, header.site_own_counts == 0 ? 0 : header.sites.capacity,
        of: tp_site_counts.self),
      extent("strings", header.strings.offset, header.strings.capacity, of: UInt8.self),
      extent("modules", header.modules.offset, header.modules.capacity, of: tp_module.self),
      extent("stacks", header.stacks.offset, header.stacks.capacity, of: tp_stack.self),
      Extent(name: "rings", offset: header.rings, count: header.ring_bytes, size: 1),
      Extent(name: "rings", offset: header.grown_rings, count: header.grown_bytes, size: 1),
    ]
  }

  /// The words that say which blocks have changed, of the tables that have them.
  private static func changes(of header: tp_header) -> [Extent] {
    func extent(_ offset: UInt64, _ capacity: UInt32) -> Extent {
      let blocks = (UInt64(capacity) + UInt64(TP_BLOCK) - 1) / UInt64(TP_BLOCK)
      return Extent(name: "changes", offset: offset, count: blocks, size: 8)
    }
    let tables = [header.tasks, header.groups, header.timers, header.resources]
    let all = tables.filter { $0.block != 0 }.map { extent($0.changes, $0.capacity) }
    guard header.site_changes != 0 else { return all }
    return all + [extent(header.site_changes, header.sites.capacity)]
  }
}

/// Why a process or a region file can't be read, and what to do about it.
public struct RegionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kinds of reasons.
  public enum Code: String, Hashable, Sendable {
    /// No process has this id or name.
    case noSuchProcess
    /// Several processes have this name.
    case ambiguous
    /// The process runs, but has no region.
    case notMonitored
    /// The kernel does not let this user look at the process.
    case notPermitted
    /// The region was made by another version of the probe.
    case otherVersion
    /// The region contradicts itself.
    case damaged
    /// There is no such file, or it is not a region.
    case noRegion
  }

  /// The kind of reason.
  public let code: Code
  /// What is wrong and what the user can do.
  public let message: String
  /// The system call's reason, if one failed.
  public let cause: Errno?

  /// Makes an error.
  public init(_ code: Code, _ message: String, cause: Errno? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  init(_ cause: Errno, opening path: String) {
    switch cause {
    case .accessDenied, .notPermitted:
      self.init(
        .notPermitted, "\(path) may not be read by this user; run asynctop as its owner or root",
        cause: cause)
    case .noSuchFile:
      self.init(.noRegion, "there is no \(path)", cause: cause)
    case .invalidArgument:
      self.init(.damaged, "\(path) is empty or no regular file, so it is no region", cause: cause)
    default:
      self.init(.noRegion, "\(path) can't be opened: \(cause)", cause: cause)
    }
  }

  /// The message.
  public var description: String { message }
}
