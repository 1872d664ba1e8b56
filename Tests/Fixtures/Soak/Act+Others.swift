import AsyncRuntime
import Glibc

extension Act {
  @MainActor static let others = [
    Act("cancelled") { scene in
      guard let act = (streams + messages + processes).randomElement(using: &scene.chance)
      else { return }
      let task = createTask(name: act.name) { try await act.body(scene) }
      for _ in 0..<scene.number(0...30) { try await sleep(.zero) }
      if scene.happens(oneIn: 2) { try await scene.pause(0...10) }
      task.cancel()
      _ = try await wait([task])
      if let error = try? task.error(), !scene.isExpected(error) {
        scene.fail("\(act.name), cancelled: \(error)")
      }
    },
    Act("with a deadline") { scene in
      guard let act = (streams + messages + processes).randomElement(using: &scene.chance)
      else { return }
      try await withTimeout(.milliseconds(scene.number(0...30))) { try await act.body(scene) }
    },
    Act("group") { scene in
      try await withAsyncTaskGroup { group in
        for _ in 0..<scene.number(1...4) {
          guard let act = streams.randomElement(using: &scene.chance) else { continue }
          try group.createTask(name: act.name) { try await act.body(scene) }
        }
        try await scene.pause(0...20)
        if scene.happens(oneIn: 2) { throw Deliberate() }
      }
    },
    Act("threads") { scene in
      let task = createTask {
        try await toThread { _ = usleep(1000) }
        _ = try await EventLoop.running?.getaddrinfo("localhost", "80")
      }
      if scene.happens(oneIn: 2) {
        for _ in 0..<scene.number(0...5) { try await sleep(.zero) }
        task.cancel()
      }
      try await task.value
    },
    Act("crowd") { scene in
      let port = scene.servers[0].port
      let results = try await withTimeout(.seconds(5)) {
        try await gatherResults(
          (0..<scene.number(10...60)).map { _ in
            coroutine {
              let (reader, writer) = try await openConnection(host: "127.0.0.1", port: port)
              writer.write("x\n".utf8)
              _ = try await reader.readLine()
              writer.close()
            }
          })
      }
      for case .failure(let error) in results where !scene.isExpected(error) {
        scene.fail("crowd: \(error)")
      }
    },
  ]

  /// For a moment, hardly any descriptor can be opened.
  @MainActor
  static func shortage(_ scene: Scene) async throws {
    scene.count("shortages")
    var limit = scene.limit
    limit.rlim_cur = rlim_t(Remains.openDescriptors + scene.number(0...5))
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    defer {
      var limit = scene.limit
      unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
    try await scene.pause(5...100)
  }
}
