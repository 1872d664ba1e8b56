/// Programs with one fault each, such as real services have had: `faults NAME`.
///
/// Each prints "ready" and goes on until it is ended.
@main struct Faults {
  static let all: [String: @Sendable () async -> Void] = [
    "leaked-continuation": leakedContinuation,
    "actor-bottleneck": actorBottleneck,
    "blocked-pool": blockedPool,
    "unbounded-stream": unboundedStream,
    "ignored-cancellation": ignoredCancellation,
    "priority-inversion": priorityInversion,
    "lost-wake": lostWake,
    "yielding": yielding,
  ]

  static func main() async {
    guard let name = CommandLine.arguments.dropFirst().first, let fault = all[name] else {
      print("usage: faults \(all.keys.sorted().joined(separator: "|"))")
      return
    }
    print("ready")
    await fault()
  }
}
