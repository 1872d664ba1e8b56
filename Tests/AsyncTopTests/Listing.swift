/// What `ps`, `tree` and `timers` print with `--json`, in version 1.
struct Listing: Decodable {
  struct Process: Decodable {
    let pid: Int32
    let executable: String
    let running: Bool
    let scanned: Bool
  }

  struct Wait: Decodable {
    let kind: String
    let text: String
    let id: UInt64?
    let resource: String?
    let name: String?
    let place: Int?
    let holder: UInt64?
    let held_ns: UInt64?
    let pending: Int?
    let members: [UInt64]?
    let site: Site?
  }

  struct Site: Decodable {
    let function: String
    let file: String
    let line: Int
  }

  /// A task, a group, a finished task or a timer.
  struct Entity: Decodable {
    let id: UInt64
    let name: String?
    let depth: Int?
    let owner: Int?
    let type: String?
    let kind: String?
    let state: String?
    let cancelled: Bool?
    let relation: String?
    let parent: UInt64?
    let polls: UInt64?
    let busy_ns: UInt64?
    let age_ns: UInt64?
    let since_ns: UInt64?
    let blocker: Int?
    let deadlocked: Bool?
    let remaining_ns: Int64?
    let waits_for: Wait?
    let at: Site?
    let site: Site?
    let running: Int?
    let spawned: Int?
    let ended: Int?
  }

  let version: Int
  let process: Process
  /// Nanoseconds since 1970.
  let time: UInt64
  let lost: [String: UInt64]
  let tasks: [Entity]?
  let nodes: [Entity]?
  let timers: [Entity]?

  /// The tasks that have a name, by it; of several, the last.
  var named: [String: Entity] {
    Dictionary(
      (tasks ?? nodes ?? []).compactMap { task in task.name.map { ($0, task) } },
      uniquingKeysWith: { $1 })
  }
}
