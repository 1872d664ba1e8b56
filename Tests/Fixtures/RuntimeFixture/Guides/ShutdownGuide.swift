import AsyncRuntime
import Glibc

struct ShutdownGuide {
  static func main() throws {
    try run {
      try await withAsyncTaskGroup(name: "service") { service in
        let jobs = Queue<Int>(capacity: 10, name: "jobs")
        try service.createTask(name: "producer") {
          for number in 1... {
            try await jobs.put(number)
            try await sleep(0.01)
          }
        }
        try service.createTask(name: "worker") {
          for try await _ in jobs {
            try await sleep(0.001)
            jobs.taskDone()
          }
        }
        // From here on they are kept until somebody takes them.
        let ends = try signals(SIGTERM, SIGINT)
        print("serving")
        fflush(nil)
        for try await signal in ends {
          print("ends because of signal", signal)
          break
        }

        // No new work; what is there may end, but not for ever.
        jobs.shutDown()
        do {
          try await withTimeout(.seconds(5)) { try await jobs.join() }
        } catch is TimeoutError {
          print("some jobs were not done")
        }
        // Whatever still runs is cancelled, and the group waits for it.
        service.cancel()
      }
      print("done")
    }
  }
}
