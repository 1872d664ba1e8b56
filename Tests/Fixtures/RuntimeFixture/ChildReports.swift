import AsyncRuntime
import Glibc
import AsyncTopBus

/// What a watcher sees of a program that waits for subprocesses, pipes and signals.
@MainActor
enum ChildReports {
  nonisolated static func main() throws {
    let lines = try AsyncRuntime.run {
      let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe)
      child.stdin?.write("hello\n".utf8)
      _ = try await child.stdout?.readLine()
      createTask(name: "waiter") { try await child.wait() }
      createTask(name: "reader") { try await child.stdout?.readLine() }
      createTask(name: "listener") { for try await _ in try signals(SIGUSR1, 34) {} }
      for _ in 0..<3 { try await sleep(.milliseconds(1)) }
      guard let session = LiveSession(ownProcess: ()) else { return ["no region"] }
      let lines = describe(session.snapshot())
      child.stdin?.close()
      try await child.wait()
      let left = session.snapshot().resources.filter { $0.kind == .process }
      return lines + ["\(left.count) processes left"]
    }
    for line in lines { print(line) }
  }

  static func describe(_ snapshot: Snapshot) -> [String] {
    var names: [UInt64: String] = [:]
    var lines: [String] = []
    for resource in snapshot.resources {
      let name = "\(resource.kind) \(resource.name.filter { !$0.isNumber })"
      names[resource.id] = name
      let site = snapshot.site(resource.site).map { "\($0)" } ?? ""
      lines.append(
        "\(name): \(resource.bytesIn) in, \(resource.bytesOut) out, \(resource.waiters) wait,"
          + " here \(site.contains("ChildReports.swift"))")
    }
    for task in snapshot.tasks {
      guard case .resource(let id) = task.waitsFor else { continue }
      lines.append("\(snapshot.name(of: task)) waits for \(names[id] ?? "nothing")")
    }
    return lines.sorted()
  }
}
