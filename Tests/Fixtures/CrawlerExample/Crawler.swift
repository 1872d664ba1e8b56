import AsyncRuntime

@main struct Crawler {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let port = UInt16(arguments[2]) else {
      return print("usage: \(arguments[0]) HOST PORT")
    }
    try run {
      let crawl = Crawl(host: arguments[1], port: port)
      try await crawl.follow("/")
      for (path, result) in crawl.results.sorted(by: { $0.key < $1.key }) {
        print("\(path): \(result)")
      }
    }
  }
}

/// The pages of one host, found by their links.
@MainActor final class Crawl {
  private(set) var results: [String: String] = [:]
  private let host: String
  private let port: UInt16
  private let paths = Queue<String>()

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Fetches a page, and all that it leads to, four at a time.
  func follow(_ path: String) async throws {
    try note(path)
    try await withAsyncTaskGroup(name: "crawl") { group in
      for number in 1...4 {
        try group.createTask(name: "worker \(number)") { try await self.work() }
      }
      try await self.paths.join()
      group.cancel()
    }
  }

  private func note(_ path: String) throws {
    guard results[path] == nil else { return }
    results[path] = "not fetched yet"
    try paths.putNowait(path)
  }

  private func work() async throws {
    while true {
      let path = try await paths.get()
      defer { paths.taskDone() }
      do {
        let (status, links) = try await withTimeout(.seconds(5)) { try await fetch(path) }
        results[path] = status
        for link in links { try note(link) }
      } catch let error as TimeoutError {
        results[path] = "\(error)"
      } catch let error as StreamError {
        results[path] = "\(error)"
      } catch let error as IOError {
        results[path] = "\(error)"
      }
    }
  }

  private func fetch(_ path: String) async throws -> (status: String, links: [String]) {
    try await withConnection(host: host, port: port) { reader, writer in
      try await writer.send("GET \(path) HTTP/1.0\r\nHost: \(host)\r\n\r\n")
      let head = String(decoding: try await reader.readUntil("\r\n\r\n"), as: UTF8.self)
      let body = String(decoding: try await reader.readToEnd(), as: UTF8.self)
      let links = body.matches(of: #/href="(/[^"]*)"/#).map { String($0.1) }
      return (String(head.prefix { $0 != "\r\n" }), links)
    }
  }
}
