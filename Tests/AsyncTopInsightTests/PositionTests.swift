import AsyncTopBus
import AsyncTopInsight
import TestSessions
import Testing

@Suite struct `Where a task is` {
  /// Addresses of a hundred and more are a dependency's, of two hundred and more the runtime's.
  final class Resolver: AddressResolver {
    var functions: [UInt64: String] = [:]

    func location(of address: UInt64, isReturnAddress: Bool) -> AsyncTopBus.SourceLocation? {
      let origin: CodeOrigin =
        address < 100 ? .user : address < 200 ? .dependency : address < 300 ? .runtime : .compiler
      return AsyncTopBus.SourceLocation(
        function: functions[address] ?? "f\(address)", file: "App/File.swift",
        line: UInt32(address), origin: origin)
    }
  }

  private let session = TestSession()
  private let resolver = Resolver()

  private func insight() -> Insight {
    Insight(session.snapshot(), places: LocationBook(resolver: resolver))
  }

  private func wait(_ stack: [UInt64], for reason: WaitReason = .continuation(1)) {
    session.create(1, parent: 9)
    session.poll(1)
    session.wait(1, for: reason, stack: session.stack(stack))
  }

  @Test func `is the innermost frame of the program's own code`() throws {
    wait([201, 300, 101, 7, 8, 102, 9, 202])
    let insight = insight()
    let task = try #require(insight.task(1))
    #expect(insight.at(task)?.line == 7)
    #expect(insight.atLabel(task) == "File.swift:7 f7")
    #expect(insight.backtrace(of: task)?.places.map(\.line) == [201, 101, 7, 8, 102, 9, 202])
  }

  @Test func `is the innermost of a dependency where no frame is the program's`() throws {
    wait([201, 300, 101, 102])
    let insight = insight()
    let task = try #require(insight.task(1))
    let place = try #require(insight.at(task))
    #expect(place.line == 101)
    #expect(place.origin == .dependency)
  }

  @Test func `is not known where there is only the runtime`() throws {
    wait([201, 300])
    let insight = insight()
    let task = try #require(insight.task(1))
    #expect(insight.at(task) == nil)
    #expect(insight.atLabel(task) == "")
  }

  @Test func `is the function that it runs before it has suspended`() throws {
    session.create(1, site: session.code([101, 8, 0, 9]))
    let insight = insight()
    let task = try #require(insight.task(1))
    #expect(insight.at(task)?.line == 9)
    #expect(insight.displayName(of: task) == "f9")
  }

  @Test func `is found by a filter`() throws {
    wait([201, 7])
    let insight = insight()
    func count(_ text: String) -> Int {
      let matcher = Matcher(TextFilter(text), insight)
      return insight.snapshot.tasks.count { matcher.matches($0) }
    }
    #expect(count("file.swift:7") == 1)
    #expect(count("file.swift:8") == 0)
  }

  @Test(arguments: [
    ("AsyncStream._Storage.next()", "stream"), ("AsyncThrowingStream.Iterator.next()", "stream"),
    ("ChannelStorage.send(element:)", "channel"),
    ("static Task.sleep(for:tolerance:clock:)", "sleep"),
    ("EventLoopFuture.get()", "future"), ("withCheckedContinuation(isolation:_:)", "continuation"),
  ])
  func `tells what it waits for`(function: String, word: String) throws {
    resolver.functions[201] = function
    wait([201, 7])
    let insight = insight()
    let task = try #require(insight.task(1))
    let wait = try #require(insight.wait(of: task))
    #expect(wait.kind.rawValue == word)
    #expect(wait.text == word)
  }

  @Test func `does not take the program's own functions for those that wait`() throws {
    resolver.functions[8] = "AsyncStream.next()"
    wait([201, 7, 8])
    let insight = insight()
    let task = try #require(insight.task(1))
    #expect(insight.wait(of: task)?.kind == .continuation)
  }

  @Test func `names a task by the function that it runs, a closure by where it is`() throws {
    resolver.functions[9] = "closure #2 in closure #1 in Routes.add(to:)"
    wait([201, 7, 9, 102])
    let insight = insight()
    let task = try #require(insight.task(1))
    #expect(insight.displayName(of: task) == "closure #2 in add(to:)")
  }

  @Test func `names an async let by what it calls`() throws {
    resolver.functions[9] = "implicit closure #1 in letters()"
    session.create(1, flags: [.asyncLet])
    session.poll(1)
    session.wait(1, for: .continuation(1), stack: session.stack([201, 6, 7, 9]))
    let insight = insight()
    let task = try #require(insight.task(1))
    #expect(insight.displayName(of: task) == "f7")
  }
}
