import AsyncRuntime
import Foundation
import TestFixtures
import Testing

/// The programs of the documentation's guides do what the guides say.
@Suite struct `Guides to the network` {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: [
    ("ChatServer", "ChatExample/Chat"), ("Crawler", "CrawlerExample/Crawler"),
  ])
  func `have the programs that are compiled here`(guide: String, program: String) throws {
    let folder = Self.root.appending(path: "Sources/AsyncRuntime/AsyncRuntime.docc")
    let text = try String(contentsOf: folder.appending(path: guide + ".md"), encoding: .utf8)
    let fixture = Self.root.appending(path: "Tests/Fixtures/\(program).swift")
    let blocks = text.components(separatedBy: "```swift\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    #expect(blocks == [try String(contentsOf: fixture, encoding: .utf8)])
  }

  /// A port that nobody has.
  private static func freePort() throws -> UInt16 {
    let socket = try Socket(.ipv4, .stream)
    try socket.bind(to: try #require(SocketAddress("127.0.0.1", port: 0)))
    return try #require(socket.localAddress?.port)
  }

  private static func connect(to port: UInt16) async throws -> (StreamReader, StreamWriter) {
    try await withTimeout(.seconds(30)) {
      while true {
        do {
          return try await openConnection(host: "127.0.0.1", port: port)
        } catch let error as IOError where error.reason == .connectionRefused {
          try await sleep(.milliseconds(5))
        }
      }
    }
  }

  @Test func `have a chat server`() async throws {
    let port = try Self.freePort()
    let server = try Child([TestFixtures.Fixture.path(of: "ChatExample").path, "\(port)"])
    let id = server.id
    try await onOwnLoop {
      let (annas, anna) = try await Self.connect(to: port)
      try await anna.sendLine("Anna")
      let (bertas, berta) = try await Self.connect(to: port)
      // Who connects is asked at once.
      #expect(try await annas.readLine() == Array("Your name?\n".utf8))
      #expect(try await bertas.readLine() == Array("Your name?\n".utf8))
      try await berta.sendLine("Berta")
      #expect(try await annas.readLine() == Array("Berta is here\n".utf8))
      try await anna.sendLine("hello")
      #expect(try await bertas.readLine() == Array("Anna: hello\n".utf8))
      anna.close()
      #expect(try await bertas.readLine() == Array("Anna has left\n".utf8))
      kill(id, SIGTERM)
      #expect(try await bertas.readToEnd() == [])
    }
    #expect(try server.wait() == 0)
  }

  @Test func `have a crawler`() async throws {
    let pages = [
      "/": #"<a href="/a"> <a href="/b">"#, "/a": #"<a href="/"> <a href="/c">"#, "/b": "",
    ]
    let output = try await onOwnLoop {
      let server = try await startServer(host: "127.0.0.1", port: 0) { reader, writer in
        let head = try await reader.readUntil("\r\n\r\n")
        let path = String(decoding: head, as: UTF8.self).split(separator: " ")[1]
        let page = pages[String(path)]
        try await writer.send("HTTP/1.0 \(page == nil ? "404 None" : "200 OK")\r\n\r\n")
        try await writer.send(page ?? "")
        writer.close()
      }
      let crawler = try Subprocess(
        TestFixtures.Fixture.path(of: "CrawlerExample").path, ["127.0.0.1", "\(server.port)"],
        stdout: .pipe)
      let (output, _, status) = try await crawler.communicate()
      server.close()
      #expect(status.isSuccess)
      return String(decoding: output ?? [], as: UTF8.self)
    }
    let lines = ["/: HTTP/1.0 200 OK", "/a: HTTP/1.0 200 OK", "/b: HTTP/1.0 200 OK"]
    #expect(output == (lines + ["/c: HTTP/1.0 404 None"]).map { $0 + "\n" }.joined())
  }
}
