import AsyncRuntime
import Glibc

/// A server whose process runs out of descriptors for a while.
@MainActor
enum Exhaustion {
  private static var reports: [String] = []

  nonisolated static func main() throws {
    let lines = try AsyncRuntime.run { try await serve() }
    for line in lines { print(line) }
  }

  private static func serve() async throws -> [String] {
    let isShort = try Future<Void>()
    EventLoop.running?.exceptionHandler = { _, context in
      try MainActor.assumeIsolated {
        reports.append("\((context.error as? IOError)?.operation ?? "?"): \(context.message)")
        if !isShort.isDone { try isShort.setResult(()) }
      }
    }
    let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
      writer.write([1])
    }
    var taken = takeAllDescriptors()
    taken.removeLast().close()
    let (reader, _) = try await openConnection(host: "127.0.0.1", port: server.port)
    try await isShort.value
    // Longer than the pause, so that accepting was tried again, in vain.
    let before = clock()
    try await sleep(.milliseconds(600))
    let busy = Double(clock() - before) / Double(CLOCKS_PER_SEC)
    var lines = ["\(server.connectionCount) served, busy \(busy > 0.3)"]
    for file in taken { file.close() }
    lines.append("then \(try await reader.readToEnd())")
    server.close()
    return lines + reports.map { String($0.filter { !$0.isNumber }) }
  }

  private static func takeAllDescriptors() -> [OpenFile] {
    var limit = rlimit(rlim_cur: 100, rlim_max: 100)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var taken: [OpenFile] = []
    while let file = try? OpenFile(path: "/dev/null") { taken.append(file) }
    return taken
  }
}
