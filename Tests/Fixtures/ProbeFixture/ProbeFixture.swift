import AsyncTopBus
import CAsyncTopProbe
import Glibc

/// Programs that do to the probe what its tests are about, each in a process of its own.
///
/// They print `name value` lines; the tests judge them.
@main
struct ProbeFixture {
  static func main() async {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "consistency": await Consistency.run()
    case "shapes": await Shapes.run()
    case "fork": ForkedChild.run()
    case "overrun": Overrun.run()
    case "full": FullTables.run()
    case "stacks": await Stacks.run()
    case "threads": ManyThreads.run()
    case "lease": Lease.run()
    case "changes": Changes.run()
    case "changes-under-load": await Changes.underLoad()
    case "scribble": await Hostile.scribble()
    case "cut": await Hostile.cut()
    case "word": await Hostile.takeWord()
    case "churn": await Hostile.churn()
    case "filter": await Hostile.filter(kills: false)
    case "filter-kills": await Hostile.filter(kills: true)
    case "wait": await Shapes.waitForInput()
    case "become": await Becoming.execute(Array(arguments.dropFirst()))
    case "close": await Becoming.closeAll()
    case "linger": Becoming.linger()
    default: print("unknown scenario")
    }
  }
}

/// What a process may do that is monitored, without ending.
enum Becoming {
  /// Executes a program when standard input ends.
  static func execute(_ words: [String]) async {
    await Shapes.waitForInput()
    var words = unsafe words.map { unsafe strdup($0) } + [nil]
    _ = unsafe words[0].map { unsafe execv($0, &words) }
    print("not executed")
  }

  /// Closes every descriptor that it does not know, as daemons do, when standard input ends.
  static func closeAll() async {
    await Shapes.waitForInput()
    for descriptor in 3..<CInt(256) { close(descriptor) }
    while true { pause() }
  }

  /// Is monitored, and waits.
  static func linger() {
    _ = tp_start()
    print("again")
    fflush(nil)
    while true { pause() }
  }
}

/// A child of fork reports nothing, and its parent goes on.
enum ForkedChild {
  static func run() {
    _ = tp_start()
    let timer = tp_timer_armed(1, 1, 0, 0, 0, false)
    let before = unsafe tp_own_region().header.pointee.timers.high
    let child = probe_fixture_fork()
    if child == 0 {
      let ghost = tp_timer_armed(1, 1, 0, 0, 0, false)
      unsafe tp_mark("from the child")
      _exit(ghost == 0 && tp_current_task() == 0 ? 0 : 1)
    }
    var status: CInt = 0
    unsafe waitpid(child, &status, 0)
    print("child-status", status)
    unsafe print("parent-slots-unchanged", before == tp_own_region().header.pointee.timers.high)
    tp_timer_ended(timer, 1)
    print("parent-arms", tp_timer_armed(1, 1, 0, 0, 0, false) != 0)
  }
}

@_silgen_name("fork")
private func probe_fixture_fork() -> pid_t

/// Events are written only under a lease, and a lease that nobody renews runs out.
enum Lease {
  static func run() {
    print("started", tp_start_for_testing(1024, 64))
    guard let session = LiveSession(ownProcess: ()) else { return }
    unsafe tp_mark("before")
    print("unobserved", events(session))
    session.isObserving = true
    _ = session.snapshot()
    unsafe tp_mark("during")
    print("observed", events(session))
    // The observer is gone; time passes for the region when its lease is behind the clock.
    ObserversPage(ownProcess: ())?.endLease()
    unsafe tp_mark("after")
    session.isObserving = false
    print("expired", events(session))
  }

  private static func events(_ session: LiveSession) -> UInt64 {
    session.snapshot().totals.events
  }
}

/// A ring that nobody drains is overwritten: its head counts on and the newest events stay.
enum Overrun {
  static func run() {
    print("started", tp_start_for_testing(1024, 64))
    let region = unsafe tp_own_region()
    ObserversPage(ownProcess: ())?.raiseLease(to: .max)
    for number in 0..<1000 { unsafe tp_mark("mark \(number)") }
    let worker = unsafe region.workers[0]
    print("head", worker.head)
    guard let ring = unsafe EventRing(of: 0, in: region) else { return }
    let last = unsafe ring.events[Int((worker.head - 1) & 63)]
    print("last-kind-is-mark", last.kind == UInt8(TP_EVENT_MARK.rawValue))
    unsafe print("last-label", String(cString: region.strings + Int(last.a)))
  }
}

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
