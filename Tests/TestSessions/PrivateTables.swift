import CAsyncTopProbe

/// Memory for the tables of a region that no app writes.
@safe
final class PrivateTables {
  let tables: tp_region
  private static let ringBytes = 64 * MemoryLayout<tp_event>.stride
  private let memory: UnsafeMutableRawPointer

  init(tasks: UInt32) {
    var header = tp_header()
    var end = UInt64(TP_HEADER_SIZE)
    func part(_ count: UInt32, _ stride: Int) -> UInt64 {
      defer { end += (UInt64(count) * UInt64(stride) + 4095) & ~4095 }
      return end
    }
    func table<Slot>(_ count: UInt32, of _: Slot.Type) -> tp_table {
      let stride = MemoryLayout<Slot>.stride
      var table = tp_table()
      table.offset = part(count, stride)
      table.capacity = count
      table.stride = UInt32(stride)
      return table
    }
    header.tasks = table(tasks, of: tp_task.self)
    header.task_origins = part(tasks, MemoryLayout<tp_task_origin>.stride)
    header.task_details = part(tasks, MemoryLayout<tp_task_detail>.stride)
    header.groups = table(max(64, tasks / 16), of: tp_group.self)
    header.timers = table(tasks, of: tp_timer.self)
    header.resources = table(64, of: tp_resource.self)
    header.loops = table(8, of: tp_loop.self)
    header.worker_capacity = 16
    header.workers = part(16, MemoryLayout<tp_worker>.stride)
    header.sites = tp_area(
      offset: part(1024, MemoryLayout<tp_site>.stride), capacity: 1024, used: 1)
    header.site_counts = part(1024, MemoryLayout<tp_site_counts>.stride)
    header.strings = tp_area(offset: part(65_536, 1), capacity: 65_536, used: 1)
    header.modules = tp_area(offset: part(8, MemoryLayout<tp_module>.stride), capacity: 8, used: 0)
    header.stacks = tp_area(
      offset: part(256, MemoryLayout<tp_stack>.stride), capacity: 256, used: 1)
    header.ring_bytes = UInt64(16 * Self.ringBytes)
    header.rings = part(16, Self.ringBytes)
    header.region_size = end
    unsafe memory = .allocate(byteCount: Int(end), alignment: 4096)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(end))
    unsafe memory.storeBytes(of: header, as: tp_header.self)
    unsafe tables = tp_tables_of(memory, &header)
  }

  deinit { unsafe memory.deallocate() }
}
