/// What a server is asked to do, and by how many.
struct Workload {
  /// What the server listens on; `spawn` is TCP, where each message starts a process.
  enum Transport: String {
    case tcp, unix, udp, spawn
  }

  /// What the load generator does; see its usage.
  enum Mode: String {
    case echo, churn, idle
  }

  let name: String
  let transport: Transport
  var mode = Mode.echo
  let bytes: Int
  let connections: Int

  static let all: [Workload] =
    [1, 10, 100].flatMap { size in
      [1, 32, 512].map { connections in
        Workload(
          name: "tcp-\(size)k-\(connections)", transport: .tcp, bytes: size * 1024,
          connections: connections)
      }
    } + [
      Workload(name: "unix-1k-1", transport: .unix, bytes: 1024, connections: 1),
      Workload(name: "unix-1k-32", transport: .unix, bytes: 1024, connections: 32),
      Workload(name: "udp-64-1", transport: .udp, bytes: 64, connections: 1),
      Workload(name: "udp-64-32", transport: .udp, bytes: 64, connections: 32),
      Workload(name: "churn-1", transport: .tcp, mode: .churn, bytes: 64, connections: 1),
      Workload(name: "churn-32", transport: .tcp, mode: .churn, bytes: 64, connections: 32),
      Workload(name: "idle-10000", transport: .tcp, mode: .idle, bytes: 1024, connections: 10_000),
      Workload(name: "spawn", transport: .spawn, bytes: 64, connections: 1),
    ]

  /// How many descriptors the server and the load generator need each, generously.
  var descriptors: Int { connections + 100 }
}
