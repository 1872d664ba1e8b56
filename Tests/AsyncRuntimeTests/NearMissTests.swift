import Foundation
import TestFixtures
import Testing

/// What looks right and is not: the compiler says so, with words that lead on.
@Suite struct `Near misses` {
  private static let compiler = ["/usr/bin/env", "swiftc"]

  private static let isThere = (try? Child(compiler + ["--version"]).wait()) == 0

  /// Compiles a program against the modules of this build, with the diagnostics that it expects.
  private static func check(_ program: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write("Program.swift", Data("import AsyncRuntime\n\(program)".utf8))
    let built = TestFixtures.Fixture.path(of: "").path
    let maps = ["CAsyncTopLinux", "CAsyncTopProbe"].flatMap {
      ["-Xcc", "-fmodule-map-file=\(built)/\($0).build/module.modulemap"]
    }
    let verification = ["-verify", "-verify-ignore-unrelated"].flatMap { ["-Xfrontend", $0] }
    let run = try Child(
      compiler + ["-typecheck", "-parse-as-library", "-swift-version", "6"] + verification
        + ["-I", "\(built)/Modules", "-module-cache-path", "\(built)/ModuleCache"] + maps + [path])
    #expect(try run.wait() == 0, "\(run.errors)")
  }

  @Test(.enabled(if: isThere, "there is no swiftc in PATH"))
  func `of a protocol's methods are not silently never called`() throws {
    try Self.check(
      """
      // expected-error@+1 {{type 'One' does not conform to protocol 'ConnectionProtocol'}}
      final class One: StreamProtocol { // expected-note {{add stubs for conformance}}
        // expected-note@+1 {{candidate has non-matching type '(DatagramTransport) -> ()'}}
        func connectionMade(_ transport: DatagramTransport) {}
        func dataReceived(_ data: [UInt8]) {}
      }
      // expected-error@+1 {{type 'Two' does not conform to protocol 'DatagramProtocol'}}
      final class Two: DatagramProtocol { // expected-note {{add stubs for conformance}}
        // expected-note@+1 {{candidate has non-matching type '(any BaseTransport) -> ()'}}
        func connectionMade(_ transport: any BaseTransport) {}
        func datagramReceived(_ data: [UInt8], from sender: SocketAddress) {}
      }
      final class Three {}
      extension Three: StreamProtocol {
        func connectionMade(_ transport: Transport) {}
        func dataReceived(_ data: [UInt8]) {}
        // expected-warning@+4 {{'connectionLost' nearly matches defaulted requirement}}
        // expected-note@+3 {{candidate has non-matching type}}
        // expected-note@+2 {{move 'connectionLost' to another extension}}
        // expected-note@+1 {{make 'connectionLost' private}}
        func connectionLost(_ error: any Error) {}
      }
      """)
  }

  @Test(.enabled(if: isThere, "there is no swiftc in PATH"))
  func `of a switch leave room for new cases`() throws {
    try Self.check(
      """
      func number(_ error: QueueError) -> Int {
        // expected-error@+2 {{'QueueError' may have additional unknown values}}
        // expected-note@+1 {{handle unknown values using "@unknown default"}}
        switch error {
        case .empty: 1
        case .full: 2
        case .shutDown: 3
        }
      }
      func right(_ error: QueueError) -> Int {
        switch error {
        case .empty: 1
        case .full: 2
        case .shutDown: 3
        @unknown default: 4
        }
      }
      """)
  }

  @Test(.enabled(if: isThere, "there is no swiftc in PATH"))
  func `of running a loop in a task are refused`() throws {
    try Self.check(
      """
      func start() async throws {
        try run {} // expected-error {{make main() synchronous, not async}}
        let runner = try Runner()
        try runner.run {} // expected-error {{run(_:) blocks its thread}}
        try runner.loop.runForever() // expected-error {{it blocks its thread}}
        try runner.loop.runUntilComplete {} // expected-error {{it blocks its thread}}
      }
      """)
  }

  @Test(.enabled(if: isThere, "there is no swiftc in PATH"))
  func `of asyncio's spellings are told the right one`() throws {
    try Self.check(
      """
      func fetch() async throws -> Int { 1 }
      @MainActor func spell() async throws {
        _ = try await gather(fetch(), fetch()) // expected-error {{gather(coroutine { … }}}
        _ = try await gather({ 1 }, { 2 }) // expected-error {{gather(coroutine { … }}}
        _ = try await gather(coroutine { 1 }, createTask { "2" })
        _ = try await createTask(fetch()) // expected-error {{write the call in braces}}
        _ = createTask { try await fetch() }
        // expected-error@+1 {{a body: withTimeout(.seconds(1)) { … }}}
        _ = try await waitFor(fetch(), timeout: .seconds(1))
        // expected-error@+1 {{a body's time is limited by withTimeout(.seconds(1)) { … }}}
        _ = try await waitFor(timeout: .seconds(1)) { try await fetch() }
        _ = try await waitFor(coroutine { try await fetch() }, timeout: .seconds(1))
        _ = try await shield(fetch()) // expected-error {{which has not begun}}
        try await withTimeout(.seconds(1)) { timeout in
          try timeout.reschedule(to: .seconds(5)) // expected-error {{has no member 'seconds'}}
        }
      }
      """)
  }
}
