import AsyncMonitoring
import AsyncRuntime

@main struct Service {
  static func main() throws {
    AsyncMonitor.expose()
    try run {
      try await withAsyncTaskGroup(name: "workers") { group in
        for number in 1...3 {
          try group.createTask(name: "worker \(number)") { try await sleep(.seconds(number)) }
        }
      }
    }
  }
}
