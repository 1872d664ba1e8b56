import CAsyncTopProbe
import AsyncTopLinux

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
    for extent in extents(of: header) {
      guard extent.fits(in: UInt64(mapping.size)) else {
        throw RegionError(
          .damaged, "\(path) is damaged: its \(extent.name) lie outside of it; start the app again")
      }
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
      extent("strings", header.strings.offset, header.strings.capacity, of: UInt8.self),
      extent("modules", header.modules.offset, header.modules.capacity, of: tp_module.self),
      extent("stacks", header.stacks.offset, header.stacks.capacity, of: tp_stack.self),
      Extent(name: "rings", offset: header.rings, count: header.ring_bytes, size: 1),
    ]
  }
}
