import AsyncRuntime
import Glibc
import AsyncTopLinux

/// Opens all that a runtime opens, in a process that was started with some of the standard
/// descriptors closed, and tells in a file which of them have become something else.
@MainActor
enum LowDescriptors {
  nonisolated static func main() throws {
    guard let report = Program.environment("REPORT") else { return }
    let closed = (0..<Int32(3)).filter { fcntl($0, F_GETFD) < 0 }
    let lines = try AsyncRuntime.run { try await open(closed) }
    let text = lines.joined(separator: "\n")
    let file = try OpenFile(path: report, writable: true)
    _ = unsafe write(file.number, text, text.utf8.count)
  }

  private static func open(_ closed: [Int32]) async throws -> [String] {
    guard let loop = EventLoop.running else { return [] }
    let path = "\0asynctop-low-\(getpid())"
    let server = try await startServer(host: "127.0.0.1", port: 0) { reader, _ in
      _ = try await reader.readToEnd()
    }
    let local = try startUnixServer(path: path) { reader, _ in _ = try await reader.readToEnd() }
    let stream = try await openConnection(host: "localhost", port: server.port)
    let unix = try await openUnixConnection(path: path)
    let datagrams = try await loop.createDatagramEndpoint(local: ("127.0.0.1", 0)) { Deaf() }
    let (one, other) = try Socket.pair()
    try await loop.sockSendDescriptors(one, [1], [one.number])
    let passed = try await loop.sockRecvDescriptors(other, 1).1
    let file = try OpenFile(path: "/dev/null")
    let pipe = try FileDescriptor.pipe()
    try loop.addSignalHandler(SIGUSR1) {}
    let piped = try createSubprocessExec("cat", stdin: .pipe, stdout: .pipe, stderr: .pipe)
    let waiting = try createSubprocessExec("sleep", ["600"], stdin: .null, stdout: .null)
    defer { _ = try? waiting.kill() }
    let found = try ProcessFiles.descriptors(of: getpid())
    var lines = found.filter { open in closed.contains { open.path.hasSuffix("/fd/\($0)") } }
      .map { "\($0.path): \($0.target)" }
    lines.append("others \(found.count >= 18)")
    let (said, _, status) = try await piped.communicate(input: Array("said".utf8))
    lines.append("\(String(decoding: said ?? [], as: UTF8.self)), \(status)")
    lines.append("child: \(try await child(closed))")
    withExtendedLifetime((server, local, stream, unix, datagrams, passed, file, pipe)) {}
    return lines
  }

  // It gets what it was to get, under the right numbers, and what is closed here stays so there.
  private static func child(_ closed: [Int32]) async throws -> String {
    let script = """
      read line; echo "out $line"; echo err >&2
      """
    let child = try createSubprocessShell(script, stdin: .pipe, stdout: .pipe, stderr: .pipe)
    let (out, errors, _) = try await child.communicate(input: Array("in\n".utf8))
    let look = "for i in 0 1 2; do test -e /proc/self/fd/$i || m=$m$i; done; printf %s \"$m\" >&9"
    let pipe = try FileDescriptor.pipe()
    guard let ours = pipe.takeReading(), let theirs = pipe.takeWriting() else { return "" }
    let nine = dup2(theirs.number, 9)
    let looking = try createSubprocessExec(
      "/bin/bash", ["-c", look], options: SubprocessOptions(passedDescriptors: [nine]))
    close(nine)
    _ = consume theirs
    let missing = try await openReadPipe(ours.take()).readToEnd()
    try await looking.wait()
    let same = String(decoding: missing, as: UTF8.self) == closed.map { "\($0)" }.joined()
    return String(decoding: (out ?? []) + (errors ?? []), as: UTF8.self)
      .split(separator: "\n").joined(separator: ", ") + ", closed as here \(same)"
  }

  private final class Deaf: DatagramProtocol {
    func connectionMade(_ transport: DatagramTransport) {}

    func datagramReceived(_ data: [UInt8], from sender: AsyncRuntime.SocketAddress) {}
  }
}
