import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `A book of places` {
  final class Resolver: AddressResolver {
    var questions = 0
    /// Addresses below it are known.
    var end: UInt64 = 100
    /// Whether a module and an offset stand for those that are not.
    var hasOffsets = false
    func location(of address: UInt64, isReturnAddress: Bool) -> AsyncTopBus.SourceLocation? {
      questions += 1
      if address >= end && hasOffsets {
        return AsyncTopBus.SourceLocation(
          function: "app+\(address)", file: "", line: 0, problem: "no symbols")
      }
      return address < end
        ? AsyncTopBus.SourceLocation(
          function: "f\(address)", file: "App/File.swift", line: UInt32(address)) : nil
    }
  }

  @Test func `an address is resolved once`() {
    let session = TestSession()
    let site = session.code([7, 8])
    let resolver = Resolver()
    let book = LocationBook(resolver: resolver)
    for _ in 0..<3 { #expect(book.label(site, in: session.snapshot()) == "File.swift:7") }
    #expect(resolver.questions == 1)
  }

  @Test func `one that is not known is asked for again after a while, since it may be by then`() {
    let session = TestSession()
    let site = session.code([200])
    let resolver = Resolver()
    let book = LocationBook(resolver: resolver)
    for _ in 0..<3 { #expect(book.label(site, in: session.snapshot()) == "") }
    let questions = resolver.questions
    resolver.end = 300
    session.advance(.milliseconds(900))
    #expect(book.label(site, in: session.snapshot()) == "")
    #expect(resolver.questions == questions)
    session.advance(.milliseconds(200))
    #expect(book.label(site, in: session.snapshot()) == "File.swift:200")
  }

  @Test func `an offset stands for a place until its name is known`() {
    let session = TestSession()
    let site = session.code([200])
    let resolver = Resolver()
    resolver.hasOffsets = true
    let book = LocationBook(resolver: resolver)
    #expect(book.label(site, in: session.snapshot()) == "app+200")
    resolver.end = 300
    #expect(book.label(site, in: session.snapshot()) == "app+200")
    session.advance(.milliseconds(1_100))
    #expect(book.label(site, in: session.snapshot()) == "File.swift:200")
  }

  @Test func `a stack has all places, and addresses where none is known`() {
    let session = TestSession()
    let site = session.code([7, 0xFFFF])
    let book = LocationBook(resolver: Resolver())
    #expect(book.stack(site, in: session.snapshot()).map(\.function) == ["f7", "0xffff"])
  }

  @Test func `without a resolver reported places are known`() {
    let session = TestSession()
    let (source, code) = (session.source("A/B.swift", 3, "f()"), session.code([7]))
    let book = LocationBook()
    #expect(book.label(source, in: session.snapshot()) == "B.swift:3")
    #expect(book.label(code, in: session.snapshot()) == "")
    #expect(book.label(999, in: session.snapshot()) == "")
  }
}
