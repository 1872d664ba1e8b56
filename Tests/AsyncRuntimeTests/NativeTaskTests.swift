import Testing

@Suite struct `Native tasks` {
  @Test(arguments: [true, false])
  func `run on the main loop and on one thread`(probe: Bool) async throws {
    let run = try await Fixture.run("native", probe: probe)
    #expect(
      run.output == ["main", "first", "native", "first again", "sum 3", "threads 1, main true"])
    #expect(run.status == 0)
  }
}
