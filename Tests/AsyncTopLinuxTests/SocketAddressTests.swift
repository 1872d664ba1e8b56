import AsyncTopLinux
import Testing

@Suite struct `Socket addresses` {
  @Test(arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")])
  func `are shown as numbers`(host: String, shown: String) throws {
    let address = try #require(SocketAddress(host, port: 80))
    #expect("\(address)" == shown && address.port == 80 && address.host == host)
  }

  @Test func `of unix sockets are shown by their names`() throws {
    let file = try SocketAddress(path: "/run/app.sock")
    #expect("\(file)" == "/run/app.sock" && file.path == "/run/app.sock" && file.host == nil)
    let abstract = try SocketAddress(path: "\0app")
    #expect("\(abstract)" == "@app" && abstract.path == "\0app")
    let same = try SocketAddress(path: "/run/app.sock")
    #expect(file != abstract && file == same)
  }

  @Test func `of unix sockets have a limit`() {
    #expect(throws: Errno.nameTooLong) {
      try SocketAddress(path: "/" + String(repeating: "x", count: 107))
    }
    #expect(throws: Errno.invalidArgument) { try SocketAddress(path: "") }
    #expect(throws: Errno.invalidArgument) { try SocketAddress(path: "/a\0b") }
  }

  @Test func `are only made of numbers`() {
    #expect(SocketAddress("localhost", port: 1) == nil)
    #expect(SocketAddress("300.1.1.1.1", port: 1) == nil)
  }

  @Test func `that make no sense have a reason`() {
    #expect(throws: AddressError.self) {
      try Resolver.addresses(of: "300.1.1.1.1", service: "1", flags: .numericHost)
    }
  }

  @Test func `of no host are for listeners`() throws {
    let shown = try Resolver.addresses(of: nil, service: "9", flags: .passive).map {
      "\($0.address)"
    }
    #expect(shown.contains("0.0.0.0:9"))
  }

  @Test func `have names`() throws {
    let address = try #require(SocketAddress("127.0.0.1", port: 80))
    let names = try Resolver.names(of: address, flags: [.numericHost, .numericService])
    #expect(names.host == "127.0.0.1" && names.service == "80")
  }
}
