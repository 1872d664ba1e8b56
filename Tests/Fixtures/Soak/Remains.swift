import AsyncRuntime
import CHeap
import Glibc
import AsyncTopBus

/// What the process has at a moment at which nothing is going on.
@MainActor
struct Remains: Equatable {
  var tasks: [String]
  var timers: Int
  var resources: [String]
  var descriptors: Int
  var hasChildren: Bool
  var connections: Int

  init(in scene: Scene) {
    let snapshot = LiveSession(ownProcess: ())?.snapshot()
    tasks = allTasks().map(\.name).sorted()
    timers = snapshot?.timers.count ?? 0
    resources = snapshot?.resources.map { "\($0.kind) \($0.name)" }.sorted() ?? []
    descriptors = Self.openDescriptors
    var info = unsafe siginfo_t()
    hasChildren = unsafe waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0
    connections = scene.servers.reduce(0) { $0 + $1.connectionCount }
  }

  static var openDescriptors: Int {
    (0..<Int32(4096)).count { fcntl($0, F_GETFD) >= 0 }
  }

  /// Bytes from malloc(3) that are in use, and bytes that the process has in memory.
  static func memory() -> (heap: Int, resident: Int) {
    heap_trim()
    var resident = 0
    if let file = unsafe fopen("/proc/self/statm", "r") {
      var line = [CChar](repeating: 0, count: 200)
      unsafe fgets(&line, 200, file)
      unsafe fclose(file)
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8($0) }, as: UTF8.self)
      let fields = text.split(separator: " ")
      if fields.count > 1 { resident = (Int(fields[1]) ?? 0) * Int(getpagesize()) }
    }
    return (heap_in_use(), resident)
  }

  /// What is here and was not there, in words.
  func beyond(_ other: Remains) -> [String] {
    var lines: [String] = []
    func compare(_ what: String, _ now: Int, _ then: Int) {
      if now != then { lines.append("\(what): \(now), not \(then)") }
    }
    compare("tasks", tasks.count, other.tasks.count)
    compare("timers", timers, other.timers)
    compare("resources", resources.count, other.resources.count)
    compare("descriptors", descriptors, other.descriptors)
    compare("connections", connections, other.connections)
    if hasChildren { lines.append("there are children") }
    var known = other.tasks + other.resources
    for name in tasks + resources {
      if let place = known.firstIndex(of: name) {
        known.remove(at: place)
      } else {
        lines.append("  \(name)")
      }
    }
    return lines
  }
}
