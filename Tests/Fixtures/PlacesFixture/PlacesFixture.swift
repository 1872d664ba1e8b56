#if canImport(AsyncMonitoring)
  import AsyncMonitoring
#endif

/// A program whose tasks wait in its own functions, each for something else.
///
/// Where one waits, a comment names it.
@main
struct PlacesFixture {
  static func main() async throws {
    // `.ci/binaries` compiles it without the probe, too.
    #if canImport(AsyncMonitoring)
      AsyncMonitor.expose()
    #endif
    if CommandLine.arguments.contains("hold") { return await hold() }
    let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
    let (failing, other) = AsyncThrowingStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask(name: "stream") { try await PlacesFixture().sum(stream, of: "numbers") }
      group.addTask(name: "failing") { try await PlacesFixture().sum(failing, of: "numbers") }
      group.addTask(name: "leak") { await leak() }
      group.addTask(name: "sleep") { try await sleep() }
      group.addTask(name: "letters") { try await letters() }
      group.addTask { try await unnamed() }
      try await group.waitForAll()
    }
    continuation.finish()
    other.finish()
  }

  private func sum<Numbers: AsyncSequence>(_ numbers: Numbers, of what: String) async throws
  where Numbers.Element == Int {
    var sum = 0
    for try await number in numbers {  // at: sum
      sum += number
    }
    print(what, sum)
  }
}

func leak() async {
  await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in  // at: leak
    unsafe leaked = continuation
  }
  print("resumed")
}

nonisolated(unsafe) var leaked: CheckedContinuation<Void, Never>?

func sleep() async throws {
  let seconds = 1000

  try await Task.sleep(for: .seconds(seconds))  // at: sleep
  print("awake")
}

func letters() async throws {
  async let letter = alpha("a")
  print(try await letter)  // at: letters
}

func alpha(_ letter: String) async throws -> String {
  try await Task.sleep(for: .seconds(1000))  // at: alpha
  return letter
}

func unnamed() async throws {
  try await Task.sleep(for: .seconds(1000))  // at: unnamed
  print("awake")
}
