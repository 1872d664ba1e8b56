import Dispatch

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
    useDispatch()
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

/// What is given to libdispatch by others than the Swift runtime is none of the probe's business:
/// a context need not be an address.
func useDispatch() {
  let (queue, context) = unsafe (dispatchQueue(0, 0), UnsafeMutableRawPointer(bitPattern: 1))
  unsafe dispatchAsync(queue, context) { _ in }
  unsafe dispatchAfter(0, queue, context) { _ in }
}

@_silgen_name("dispatch_get_global_queue")
func dispatchQueue(_ priority: Int, _ flags: UInt) -> OpaquePointer

@_silgen_name("dispatch_async_f")
func dispatchAsync(
  _ queue: OpaquePointer, _ context: UnsafeMutableRawPointer?,
  _ function: @convention(c) (UnsafeMutableRawPointer?) -> Void)

@_silgen_name("dispatch_after_f")
func dispatchAfter(
  _ when: UInt64, _ queue: OpaquePointer, _ context: UnsafeMutableRawPointer?,
  _ function: @convention(c) (UnsafeMutableRawPointer?) -> Void)

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
