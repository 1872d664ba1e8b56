import LinuxSystem
import Testing

@Suite struct `Socket addresses` {
  @Test(arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")])
  func `are shown as numbers`(host: String, shown: String) throws {
    let address = try #require(try SocketAddress.resolve(host, port: 80).first)
    #expect("\(address)" == shown && address.port == 80)
  }

  @Test func `that make no sense have a reason`() {
    #expect(throws: AddressError.self) { try SocketAddress.resolve("300.1.1.1.1", port: 1) }
  }

  @Test func `of no host are for listeners`() throws {
    let shown = try SocketAddress.resolve(nil, port: 9).map { "\($0)" }
    #expect(shown.contains("0.0.0.0:9"))
  }
}
