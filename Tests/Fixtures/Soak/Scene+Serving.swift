import AsyncRuntime

extension Scene {
  /// What the server does with a connection: mostly it sends back what comes.
  func serve(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    count("served")
    try await withTimeout(.seconds(3)) {
      switch number(0...11) {
      case 0: return
      case 1:
        try await pause(0...30)
        throw Deliberate()
      case 2: writer.abort()
      case 3: try await takeSlowly(reader)
      case 4:
        writer.writeEOF()
        _ = try await reader.readToEnd()
      case 5: try await sleep(.seconds(60))
      case 6:
        writer.write(repeatElement(Scene.own, count: number(1...1_000_000)))
        if happens(oneIn: 2) { try await writer.drain() }
      default: try await echo(reader, writer)
      }
    }
  }

  private func echo(_ reader: StreamReader, _ writer: StreamWriter) async throws {
    while true {
      let bytes = try await reader.read(number(1...100_000))
      if bytes.isEmpty { return }
      writer.write(bytes)
      try await writer.drain()
    }
  }

  func takeSlowly(_ reader: StreamReader) async throws {
    for _ in 0..<number(1...40) {
      if try await reader.read(2000).isEmpty { return }
      try await pause(0...3)
    }
  }
}
