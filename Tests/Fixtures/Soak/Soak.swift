import AsyncRuntime
import Glibc

/// Runs for minutes: connections, messages, pipes, children and signals that come, talk, stall and
/// die at random, again and again until nothing is left of them; then looks whether that is so.
///
/// `Soak [seconds] [seed]`, 300 seconds by default. Not part of the tests. Every few seconds it
/// waits until all is over, and compares what there is with what there was at the start: tasks,
/// timers, resources on the bus, connections, descriptors, children. The heap in use may be at most
/// `Growth.heapAllowance` larger than it was while warming up, which takes a quarter of the time,
/// but half a minute at least: of a shorter run it is not said whether memory grows.
@main
@MainActor
enum Soak {
  private static let roundLength = Duration.seconds(4)
  private static let shortestWarmingUp = Duration.seconds(30)
  private static let actsAtOnce = 40
  /// What takes longer hangs.
  private static let longestAct = Duration.seconds(40)

  nonisolated static func main() throws {
    let words = CommandLine.arguments.dropFirst().map { UInt64($0) }
    guard words.allSatisfy({ $0 != nil }), words.count <= 2 else {
      print("usage: Soak [seconds] [seed]")
      exit(2)
    }
    let seconds = words.first.flatMap { $0 } ?? 300
    let seed = words.dropFirst().first.flatMap { $0 } ?? UInt64.random(in: 1...1_000_000_000)
    print("\(seconds) seconds with seed \(seed), process \(getpid())")
    fflush(nil)
    // A signal that comes when nobody wants it any more.
    for number: Int32 in 40...42 { _ = signal(number, SIG_IGN) }
    let failures = try run { try await soak(.seconds(Int64(seconds)), seed) }
    print(failures.isEmpty ? "nothing was left" : "FAILED with seed \(seed):")
    for failure in failures { print("  \(failure)") }
    exit(failures.isEmpty ? 0 : 1)
  }

  private static func soak(_ length: Duration, _ seed: UInt64) async throws -> [String] {
    let scene = Scene(seed: seed)
    guard let loop = EventLoop.running else { return [] }
    try await scene.open()
    let start = Remains(in: scene)
    let end = loop.now + length
    let warm = loop.now + max(length / 4, shortestWarmingUp)
    var growth = Growth()
    var round = 0
    while loop.now < end && scene.failures.count < 10 {
      round += 1
      let acts = try await play(scene, until: min(loop.now + roundLength, end))
      guard try await settle(scene, start) else { break }
      let memory = Remains.memory()
      let isWarm = loop.now > warm
      if let failure = growth.note(memory, isWarm: isWarm) { scene.fail(failure) }
      print(
        "round \(round): \(acts) acts, heap \(memory.heap / 1024) KiB, resident "
          + "\(memory.resident / 1024) KiB\(isWarm ? "" : ", warming up")")
      fflush(nil)
    }
    if !growth.isKnown { print("too short to tell whether memory grows") }
    print(
      scene.tallies.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(
        separator: ", "))
    fflush(nil)
    if scene.failures.isEmpty { try await scene.close() }
    return scene.failures
  }

  /// Lets acts happen side by side, and waits for the last of them; returns how many.
  private static func play(_ scene: Scene, until end: EventLoop.Instant) async throws -> Int {
    var count = 0
    let turns = AsyncSemaphore(actsAtOnce)
    let shortages = createTask(name: "shortages") {
      while true {
        try await scene.pause(100...2000)
        try await Act.shortage(scene)
      }
    }
    while let loop = EventLoop.running, loop.now < end {
      try await turns.acquire()
      guard let act = Act.all.randomElement(using: &scene.chance) else { continue }
      count += 1
      createTask(name: act.name) {
        defer { turns.release() }
        await perform(act, scene)
      }
    }
    shortages.cancel()
    for _ in 0..<actsAtOnce { try await turns.acquire() }
    return count
  }

  private static func perform(_ act: Act, _ scene: Scene) async {
    var hangs = false
    do {
      try await withTimeout(longestAct) { timeout in
        defer { hangs = timeout.hasExpired }
        try await act.body(scene)
      }
      scene.count("done")
    } catch {
      scene.count("\(type(of: error))")
      if hangs { scene.fail("\(act.name) hangs") }
      if !scene.isExpected(error) { scene.fail("\(act.name): \(error)") }
    }
  }

  /// Waits until nothing is left that was not there at the start.
  private static func settle(_ scene: Scene, _ start: Remains) async throws -> Bool {
    for _ in 0..<1000 {
      if Remains(in: scene) == start { return true }
      try await sleep(.milliseconds(10))
    }
    scene.fail(
      "something was left:\n    "
        + Remains(in: scene).beyond(start).joined(separator: "\n    "))
    return false
  }
}
