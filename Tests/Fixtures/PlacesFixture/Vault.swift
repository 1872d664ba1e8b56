import Glibc

/// A program that keeps what others wait for: an actor, and all threads of the pool.
func hold() async {
  let vault = Vault()
  await withTaskGroup(of: Void.self) { group in
    // It is runnable when no thread is left.
    group.addTask(name: "starved") {
      try? await Task.sleep(for: .milliseconds(500))
      await Vault().open()
    }
    // It goes to the actor without a wait, since nobody is there.
    group.addTask(name: "on the actor") { await vault.keep() }
    while unsafe !Vault.isKept { await Task.yield() }
    for name in ["first", "second"] { group.addTask(name: name) { await vault.open() } }
    for number in 2...max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
      group.addTask(name: "keeper \(number)", priority: .low) {
        // It leaves that actor before it keeps its thread.
        await Vault().open()
        keepThread()
      }
    }
  }
}

actor Vault {
  nonisolated(unsafe) static var isKept = false

  func keep() {
    unsafe Vault.isKept = true
    keepThread()
  }

  /// Does something, so that the way to the actor isn't optimised away.
  @inline(never)
  func open() { opened += 1 }

  private var opened = 0
}

func keepThread() {
  while true { pause() }
}
