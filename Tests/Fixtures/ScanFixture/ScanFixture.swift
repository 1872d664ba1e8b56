import Dispatch
import Glibc
import Synchronization

/// A program that has nothing of ours, with a task in each state and each kind of wait; all of them
/// stay as they are.
@main struct ScanFixture {
  static func main() async {
    let vault = Vault()
    let target = Task(name: "awaited") { await middle() }
    Task(name: "awaits task") { await target.value }
    Task(name: "stopped") { await never() }.cancel()
    Task(name: "sleeper") { try? await Task.sleep(for: .seconds(1000)) }
    Task(name: longName) { await never() }
    Task.detached(name: "holder") { await vault.hold() }
    Task(name: "groups") { await makeGroups() }
    Task(name: "lets") {
      async let left = part()
      async let right = part()
      _ = await left + right
    }
    while !vaultIsHeld.load(ordering: .acquiring) { try? await Task.sleep(for: .milliseconds(10)) }
    Task.detached(name: "queued") { await vault.hold() }
    // What runs has begun to wait by now.
    try? await Task.sleep(for: .milliseconds(200))
    print("ready")
    fflush(nil)
    await never()
  }
}

let longName = "a name of more than forty-seven bytes, which does not fit — and is cut"

let vaultIsHeld = Atomic(false)

/// An actor that one task occupies for ever.
actor Vault {
  /// Blocks a thread.
  func hold() {
    vaultIsHeld.store(true, ordering: .releasing)
    DispatchSemaphore(value: 0).wait()
  }
}

func makeGroups() async {
  await withTaskGroup(of: Void.self) { outer in
    for number in 1...3 { outer.addTask(name: "outer \(number)") { await never() } }
    outer.addTask(name: "ended") {}
    await withDiscardingTaskGroup { inner in
      for number in 1...2 { inner.addTask(name: "inner \(number)") { await never() } }
    }
  }
}

func part() async -> Int {
  await never()
  return 1
}

func middle() async {
  await innermost()
  print("never here")
}

func innermost() async {
  await never()
  print("never here")
}

func never() async {
  unsafe await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
}
