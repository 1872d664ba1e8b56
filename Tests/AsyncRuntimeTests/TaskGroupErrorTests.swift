import AsyncRuntime
import Testing

@Suite struct `Task group errors` {
  struct Red: Error, Equatable { var number = 0 }
  struct Blue: Error, Equatable { var number = 0 }

  let error = TaskGroupError([
    Red(number: 1), TaskGroupError([Blue(number: 2), Red(number: 3)]), Blue(number: 4),
  ])

  @Test func `are asked for errors of a type, also of inner groups`() {
    #expect(error.contains(Red.self) && error.contains(Blue.self))
    #expect(error.contains(TaskGroupError.self) && !error.contains(CancellationError.self))
    #expect(error.errors(of: Red.self) == [Red(number: 1), Red(number: 3)])
    #expect(error.leaves.count == 4)
  }

  @Test func `are split by type, and stay nested`() throws {
    let (matching, rest) = error.split(Red.self)
    let reds = try #require(matching)
    let blues = try #require(rest)
    #expect(reds.errors.count == 2)
    #expect((reds.errors[1] as? TaskGroupError)?.errors as? [Red] == [Red(number: 3)])
    #expect((blues.errors[0] as? TaskGroupError)?.errors as? [Blue] == [Blue(number: 2)])
    #expect(blues.errors[1] as? Blue == Blue(number: 4))
  }

  @Test func `have no part where nothing matches`() {
    let none = error.split(CancellationError.self)
    #expect(none.matching == nil && none.rest?.leaves.count == 4)
    #expect(error.subgroup(CancellationError.self) == nil)
    let all = error.split { _ in true }
    #expect(all.matching?.leaves.count == 4 && all.rest == nil)
  }

  @Test func `are split by a condition`() {
    let large = error.subgroup { ($0 as? Red)?.number == 3 || ($0 as? Blue)?.number == 4 }
    #expect(large?.leaves.count == 2)
    #expect(large?.errors.first is TaskGroupError)
  }

  @Test func `say what is in them`() {
    let text = TaskGroupError([Red(number: 1)]).description
    #expect(text == "1 error(s) in a task group: Red(number: 1)")
  }
}
