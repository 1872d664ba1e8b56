import CAsyncTopProbe

/// Tables that are full count what they cannot list, and list again when slots come free.
enum FullTables {
  static func run() {
    print("started", tp_start_for_testing(1024, 64))
    let header = unsafe tp_own_region().header!
    var timers: [UInt64] = []
    for _ in 0..<1500 { timers.append(tp_timer_armed(1, 1, 0, 0, 0, false)) }
    print("listed", timers.filter { $0 != 0 }.count)
    unsafe print("unlisted", header.pointee.timers.unlisted)
    for timer in timers { tp_timer_ended(timer, 1) }
    print("distinct", Set(timers.filter { $0 != 0 }).count)
    print("listed-again", tp_timer_armed(1, 1, 0, 0, 0, false) != 0)

    let groups = (0..<100).map { _ in unsafe tp_group_created(2, 0, 0, "group") }
    print("groups", groups.filter { $0 != 0 }.count, unsafe header.pointee.groups.unlisted)
    for group in groups { tp_group_ended(group) }
    unsafe print("groups-again", tp_group_created(2, 0, 0, "group") != 0)

    let capacity = unsafe Int(header.pointee.resources.capacity)
    let resources = (0...capacity).map { _ in tp_resource_created(3, 0, nil) }
    let last = resources[capacity]
    print("resources-listed", Set(resources.dropLast().filter { $0 != 0 }).count == capacity)
    print("resource-unlisted", last == 3 << 32 | 0xFFFF_FFFF)
    unsafe tp_resource_named(last, "nobody")
    tp_resource_held(last, 1, 0)
    tp_resource_level(last, 1, 2, 3, 4)
    tp_resource_ended(last)
    tp_resource_ended(resources[0])
    let again = tp_resource_created(3, 0, nil)
    print("resource-again", UInt32(truncatingIfNeeded: again) < UInt32(capacity))

    for number in 0..<200_000 { unsafe tp_mark("a label of some length, number \(number)") }
    unsafe print("strings-bounded", header.pointee.strings.used <= header.pointee.strings.capacity)
    for line in 0..<UInt32(50_000) { _ = unsafe tp_source_site("file", line, nil) }
    unsafe print("sites-bounded", header.pointee.sites.used <= header.pointee.sites.capacity)
    unsafe print("site-unknown-when-full", tp_source_site("file", 60_000, nil))
  }
}
