import AsyncRuntime
import Glibc

/// A process without descriptors, of which it needs more and more.
@MainActor
enum Shortage {
  nonisolated static func main() throws {
    let lines = try AsyncRuntime.run { try await run() }
    for line in lines { print(line) }
  }

  private static func run() async throws -> [String] {
    let path = "\0asynctop-shortage"
    let server = try await startServer(host: "127.0.0.1", port: 0) { _, writer in
      writer.write([1])
    }
    let local = try startUnixServer(path: path) { _, _ in }
    defer { local.close() }
    // What is opened once and kept, is.
    _ = try await (try createSubprocessExec("true", stdin: .null, stdout: .null)).wait()
    let before = try count()
    var lines: [String] = []
    var taken = takeAll()
    lines.append(
      await failure { _ = try await openConnection(host: "127.0.0.1", port: server.port) })
    lines.append(await failure { _ = try await openUnixConnection(path: path) })
    lines.append(await failure { _ = try Socket.pair() })
    lines.append(await failure { _ = try OpenFile(path: "/dev/null") })
    lines.append(await failure { _ = try createSubprocessExec("cat", stdin: .pipe) })
    lines.append(await endpoint())
    for file in taken { file.close() }
    taken = []
    lines.append(try await afterwards(server.port))
    server.closeClients()
    for _ in 0..<5 { try await sleep(.zero) }
    lines.append("descriptors +\(try count() - before)")
    server.close()
    return lines
  }

  private static func afterwards(_ port: UInt16) async throws -> String {
    let (reader, writer) = try await openConnection(host: "127.0.0.1", port: port)
    let served = try await reader.readToEnd().count
    writer.close()
    try await writer.waitClosed()
    let child = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe)
    let said = try await child.communicate(input: Array("hello".utf8)).stdout ?? []
    return "then \(served) served, cat said \(String(decoding: said, as: UTF8.self))"
  }

  private static func failure(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return "no error"
    } catch let error as IOError {
      let subject = error.subject.filter { !$0.isNumber }
      let isHere = error.fileID.hasSuffix("Shortage.swift") && error.line > 0
      let operation = error.operation == "socketpair" ? "socket" : error.operation
      return "\(operation) \(subject): \(error.reason), here \(isHere)"
    } catch {
      return "\(error)"
    }
  }

  private static func endpoint() async -> String {
    do {
      try await EventLoop.running?.createDatagramEndpoint(local: ("127.0.0.1", 0)) { Silent() }
      return "no error"
    } catch let error as IOError {
      return "\(error.subject.filter { !$0.isNumber }): \(error.operation), \(error.reason)"
    } catch {
      return "\(error)"
    }
  }

  private final class Silent: DatagramProtocol {
    func connectionMade(_ transport: DatagramTransport) {}

    func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}
  }

  private static func takeAll() -> [OpenFile] {
    var limit = rlimit(rlim_cur: 60, rlim_max: 60)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var taken: [OpenFile] = []
    while let file = try? OpenFile(path: "/dev/null") { taken.append(file) }
    return taken
  }

  private static func count() throws -> Int {
    (0..<100).count { fcntl(Int32($0), F_GETFD) >= 0 }
  }
}
