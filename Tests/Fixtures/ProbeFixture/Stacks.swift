import AsyncTopBus
import CAsyncTopProbe

/// What the probe stores of async backtraces.
enum Stacks {
  static func run() async {
    _ = tp_start()
    await inLoop()
    await deep()
    await groups()
    await full()
  }

  private static var used: UInt32 { unsafe tp_own_region().header.pointee.stacks.used }

  /// The stack of the task of this name, which waits.
  private static func stack(
    ofTaskNamed name: String
  ) -> (task: TaskRecord, stack: Backtrace?)? {
    let snapshot = LiveSession(ownProcess: ())?.snapshot()
    guard let task = snapshot?.tasks.first(where: { snapshot?.name(of: $0) == name }) else {
      return nil
    }
    return (task, snapshot?.stack(task.stack))
  }

  /// A task that waits again and again at the same place adds one stack.
  private static func inLoop() async {
    await twice()
    let before = used
    for _ in 0..<1000 { await twice() }
    print("loop-adds", used - before)
  }

  private static func twice() async {
    await Task.yield()
    await Task.yield()
  }

  private static func deep() async {
    await describe(Task(name: "itself") { await itself(300) }, "itself")
    await describe(Task(name: "mutual") { await one(100) }, "mutual")
  }

  private static func describe(_ task: Task<Void, Never>, _ name: String) async {
    var found = stack(ofTaskNamed: name)
    while found?.task.state != .waiting {
      await Task.yield()
      found = stack(ofTaskNamed: name)
    }
    print("\(name)-frames", found?.stack?.frames.count ?? 0)
    print("\(name)-cut", found?.stack?.isCut ?? false)
    task.cancel()
    await task.value
  }

  @inline(never)
  private static func itself(_ depth: Int) async {
    if depth == 0 { try? await Task.sleep(for: .seconds(1000)) } else { await itself(depth - 1) }
    await Task.yield()
  }

  @inline(never)
  private static func one(_ depth: Int) async {
    if depth == 0 { try? await Task.sleep(for: .seconds(1000)) } else { await two(depth - 1) }
    await Task.yield()
  }

  @inline(never)
  private static func two(_ depth: Int) async {
    await one(depth)
    await Task.yield()
  }

  /// Groups of a loop, one after the other at the same address, are not one group.
  private static func groups() async {
    var most: UInt64 = 0
    for _ in 0..<20 {
      let spawned = await withTaskGroup(of: UInt64.self) { group in
        for _ in 0..<2 {
          group.addTask {
            await Task.yield()
            let groups = LiveSession(ownProcess: ())?.snapshot().groups ?? []
            return groups.map(\.spawned).max() ?? 0
          }
        }
        return await group.reduce(0, max)
      }
      most = max(most, spawned)
    }
    print("group-spawned", most)
  }

  /// Every way through a tree of calls is another stack, of which there are more than room.
  private static func full() async {
    await leaves(14)
    let header = unsafe tp_own_region().header!
    unsafe print("stacks-bounded", used <= header.pointee.stacks.capacity)
    unsafe print("stacks-full", used + 16 > header.pointee.stacks.capacity)
    let task = Task(name: "late") { await unseen() }
    while stack(ofTaskNamed: "late")?.task.state != .waiting { await Task.yield() }
    print("late-stack", stack(ofTaskNamed: "late")?.task.stack ?? 1)
    task.cancel()
    await task.value
  }

  private static func unseen() async { try? await Task.sleep(for: .seconds(1000)) }

  @inline(never)
  private static func leaves(_ depth: Int) async {
    guard depth > 0 else { return await Task.yield() }
    await left(depth - 1)
    await right(depth - 1)
  }

  @inline(never)
  private static func left(_ depth: Int) async {
    await leaves(depth)
    await Task.yield()
  }

  @inline(never)
  private static func right(_ depth: Int) async {
    await leaves(depth)
    await Task.yield()
  }
}
