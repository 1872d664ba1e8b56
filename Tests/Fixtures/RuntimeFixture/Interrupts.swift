import AsyncRuntime
import Glibc

/// What SIGINT does to a program.
enum Interrupts {
  static func interrupt() throws {
    do {
      try AsyncRuntime.run {
        do {
          show("waiting")
          try await sleep(.seconds(60))
        } catch {
          show("cancelled: \(currentTask()?.cancellationMessage ?? "")")
          throw error
        }
      }
    } catch {
      show("\(error)")
    }
    var action = sigaction()
    unsafe sigaction(SIGINT, nil, &action)
    show(unsafe action.__sigaction_handler.sa_handler == nil ? "default handler" : "other handler")
  }

  static func stubborn() throws {
    try AsyncRuntime.run {
      show("waiting")
      while true {
        do { try await sleep(.seconds(60)) } catch { show("waiting again") }
      }
    }
  }

  static func swallow() throws {
    let value = try AsyncRuntime.run {
      show("waiting")
      try? await sleep(.seconds(60))
      return 4
    }
    show("returned \(value)")
  }

  // Never waits for anything but its next turn.
  static func busy() throws {
    do {
      try AsyncRuntime.run {
        show("waiting")
        while true { try await sleep(.zero) }
      }
    } catch {
      show("\(error)")
    }
  }

  static func future() throws {
    do {
      try AsyncRuntime.run {
        let future = try Future<Void>()
        show("waiting")
        do { try await future.value } catch {
          show("future cancelled \(future.isCancelled)")
          throw error
        }
      }
    } catch {
      show("\(error)")
    }
  }

  static func ownCancellation() throws {
    do {
      try AsyncRuntime.run {
        let main = currentTask()
        createTask {
          main?.cancel(message: "by the program")
          raise(SIGINT)
        }
        try await sleep(.seconds(60))
      }
    } catch {
      show("\(error)")
    }
  }

  static func hostHandler() throws {
    signal(SIGINT, SIG_IGN)
    try AsyncRuntime.run {
      raise(SIGINT)
      try await sleep(.zero)
      show("went on")
    }
  }

  // Standard output is a pipe, which print() would fill before it writes.
  static func show(_ line: String) {
    print(line)
    fflush(nil)
  }
}
