import Foundation
import Launching

/// The network on AsyncRuntime and on its peers, in turns; see the usage.
@main
struct EchoRatios {
  private static let usage = """
    usage: echo-ratios [ROUNDS [SECONDS]] [WORKLOAD ...]

    Measures servers on AsyncRuntime and on its peers in turns, ROUNDS times (2) for SECONDS (0.3)
    each, five minutes in all; the best of each counts. The server has one processor, the load
    generator the other. Exits with 1 if a server lost or changed a byte. Peers that are not
    installed are left out; how to install them says Peers/README.md.

    A WORKLOAD may be the beginning of a name:
      \(Workload.all.map(\.name).joined(separator: " "))
    """

  static func main() throws {
    Program.explain(usage)
    var words = CommandLine.arguments.dropFirst()
    let rounds = words.first.flatMap { Int($0) }
    if rounds != nil { words.removeFirst() }
    let seconds = words.first.flatMap { Double($0) }
    if seconds != nil { words.removeFirst() }
    let workloads = Workload.all.filter { workload in
      words.isEmpty || words.contains { workload.name.hasPrefix($0) }
    }
    let isKnown = words.allSatisfy { word in Workload.all.contains { $0.name.hasPrefix(word) } }
    guard isKnown, rounds ?? 1 > 0, seconds ?? 1 > 0 else {
      print(usage)
      exit(2)
    }
    try run(workloads, rounds: rounds ?? 2, seconds: seconds ?? 0.3)
  }

  private static func run(_ workloads: [Workload], rounds: Int, seconds: Double) throws {
    try Program.makeRoom()
    let descriptors = raiseDescriptorLimit()
    let peers = EchoPeer.all.filter { peer in
      let isThere = peer.isThere
      if !isThere { say("\(peer.name) is not installed, see Peers/README.md: left out") }
      return isThere
    }
    say(FigureTable.legend)
    var failures = 0
    for workload in workloads {
      guard workload.descriptors <= descriptors else {
        say("\n\(workload.name) needs \(workload.descriptors) descriptors, the limit (ulimit -Hn)")
        say("is \(descriptors): left out")
        continue
      }
      var table = FigureTable(workload)
      for _ in 0..<rounds {
        for peer in peers where peer.transports.contains(workload.transport) {
          do {
            let measurement = Measurement(workload: workload, peer: peer, seconds: seconds)
            table.add(peer.name, try measurement.run())
          } catch {
            failures += 1
            say("FAILED: \(workload.name) on \(peer.name): \(error)")
          }
        }
      }
      say("\n\(table.text)")
    }
    guard failures > 0 else { return }
    say("\n\(failures) runs failed")
    exit(1)
  }

  // At once, also into a file.
  private static func say(_ text: String) {
    print(text)
    fflush(nil)
  }

  // For this process and those it starts.
  private static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }
}
