import AsyncMonitoringUI
import Glibc
import TestFixtures

/// An app with the monitor in it.
///
/// It prints `name value` lines; the tests judge them.
@main
struct MonitorFixture {
  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "record":
      let words = Array(arguments.dropFirst())
      try await record(
        to: words.first ?? "", maximumSize: words.dropFirst().first.flatMap { UInt64($0) })
    case "tree":
      AsyncMonitor.expose()
      Task(name: "sleeper") { try await Task.sleep(for: .seconds(1000)) }
      try await Task.sleep(for: .milliseconds(200))
      print(AsyncMonitor.taskTree() ?? "none")
    case "record-limited":
      // The region is there by then; the recording soon meets the limit.
      AsyncMonitor.expose()
      var limit = rlimit(rlim_cur: 1024, rlim_max: 1024)
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      try await record(to: arguments.dropFirst().first ?? "")
    case "serve":
      let words = arguments.dropFirst()
      await serve(
        recordingTo: words.first ?? "", keeping: words.dropFirst().first.flatMap { Int($0) })
    case "exposed":
      print("exposed", AsyncMonitor.expose())
      await Task(name: "served") { try? await Task.sleep(for: .milliseconds(20)) }.value
      let status = await AsyncMonitor.environmentRecorder?.stop()
      print("status", status.map { "\($0)" } ?? "none")
    case "dump": try await dump()
    case "present":
      try await present(on: arguments.dropFirst().first.map { .path($0) } ?? .current)
    default: print("unknown scenario")
    }
  }

  /// Records some work of its own, with a mark in the middle.
  private static func record(to path: String, maximumSize: UInt64? = nil) async throws {
    let recorder = AsyncMonitor.record(to: path, maximumSize: maximumSize)
    let keeper = Task(name: "keeper") { try await Task.sleep(for: .seconds(1000)) }
    for round in 0..<50 {
      if round == 25 { AsyncMonitor.mark("half way") }
      await Task(name: "round \(round)") { try? await Task.sleep(for: .milliseconds(2)) }.value
    }
    let status = await recorder.stop()
    print("events", status.events)
    print("lost", status.lostEvents)
    print("bytes", status.bytes)
    print("ending", status.ending.map { "\($0)" } ?? "none")
    keeper.cancel()
  }

  /// Records as a service does at each of its starts, and says what came of it.
  private static func serve(recordingTo path: String, keeping: Int?) async {
    let recorder = AsyncMonitor.record(to: path, keeping: keeping)
    await Task(name: "served") { try? await Task.sleep(for: .milliseconds(2)) }.value
    await recorder.stop()
    if let failure = recorder.failure {
      print("failed \(failure.code.rawValue): \(failure.message)")
    }
    print("served", recorder.failure == nil)
  }

  /// Has the tree dumped by a signal to itself, and looks at the signal's handler before and after.
  private static func dump() async throws {
    let before = disposition(of: SIGUSR1)
    let dump = try AsyncMonitor.dumpTaskTree(whenSignalled: SIGUSR1)
    let sleeper = Task(name: "sleeper") { try await Task.sleep(for: .seconds(1000)) }
    // Until it sleeps.
    try await Task.sleep(for: .milliseconds(500))
    OwnSignal.send(SIGUSR1)
    print("handled", disposition(of: SIGUSR1) != before)
    // Waits for the thread that writes the dump to standard error.
    await dump.stop()
    print("restored", disposition(of: SIGUSR1) == before)
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { _ in }
    unsafe sigaction(SIGUSR2, &action, nil)
    do {
      try AsyncMonitor.dumpTaskTree(whenSignalled: SIGUSR2)
      print("taken", "no error")
    } catch {
      print("taken", error.code.rawValue)
    }
    do {
      try AsyncMonitor.dumpTaskTree(whenSignalled: SIGKILL)
      print("impossible", "no error")
    } catch {
      print("impossible", error.code.rawValue)
    }
    sleeper.cancel()
  }

  private static func disposition(of signal: Int32) -> UInt {
    var action = sigaction()
    unsafe sigaction(signal, nil, &action)
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: UInt.self)
  }

  /// Shows its own dashboard, and says afterwards what became of the terminal's and signals'
  /// states.
  private static func present(on terminal: MonitorTerminal) async throws {
    AsyncMonitor.expose()
    let worker = Task(name: "background worker") { try await Task.sleep(for: .seconds(1000)) }
    let signals = [SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGHUP, SIGQUIT, SIGSEGV]
    let before = signals.map { disposition(of: $0) }
    do {
      try await AsyncMonitor.present(on: terminal)
    } catch {
      print("failed \(error.code.rawValue): \(error.message)")
      return
    }
    print("back, handlers restored:", signals.map { disposition(of: $0) } == before)
    worker.cancel()
  }
}
