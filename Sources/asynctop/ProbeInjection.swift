import AsyncTopBus
import AsyncTopLinux
import AsyncTopScan
import AsyncTopSymbols
import AsyncTopTerminal

/// Puts the probe into a process that runs without one, and takes it out again.
struct ProbeInjection {
  private let process: Int32
  private let call: RemoteCall
  private let openFunction: UInt64

  /// Looks at a process; nothing is changed in it.
  ///
  /// - Parameter process: Its id.
  /// - Throws: `CommandFailure` with the reason for which nothing can be called there.
  init(process: Int32) throws {
    self.process = process
    let name = MonitoredProcess.shownName(of: process)
    if let tracer = ProcessFiles.tracer(of: process) {
      throw CommandFailure(
        "process \(process) (\(name)) is traced by process \(tracer), as by a debugger: end that"
          + " first")
    }
    if ProcessFiles.state(of: process)?.letter == "T" {
      throw CommandFailure(
        "process \(process) (\(name)) is stopped, so nothing can be called in it: let it go on,"
          + " as by kill -CONT \(process); it can be scanned")
    }
    let modules: [LoadedModule]
    do {
      modules = try LoadedModule.modules(ofProcess: process)
    } catch {
      throw CommandFailure(error)
    }
    let libraries = modules.filter {
      ["libc.so", "ld-linux", "libdl.so", "libpthread.so"].contains(where: $0.name.hasPrefix)
    }
    let search = SymbolSearch(.process(process))
    let data = libraries.compactMap { try? ModuleData($0, search: search) }
    let found = data.reduce(into: [String: UInt64]()) { found, library in
      found.merge(library.addresses(of: ["dlopen", "__errno_location"])) { first, _ in first }
    }
    guard let openFunction = found["dlopen"], let errorPlace = found["__errno_location"] else {
      throw CommandFailure(
        "the probe can't be put into process \(process) (\(name)): it has no glibc that could load"
          + " it, as a program that is linked statically or against musl; it can be scanned")
    }
    self.openFunction = openFunction
    call = RemoteCall(
      process: process, errorPlace: errorPlace, forbidden: data.flatMap(\.writable))
  }

  /// Puts the probe in.
  ///
  /// - Parameter scan: The process as it was seen until now.
  /// - Returns: The process as it is seen from now on, and how long one of its threads stood still,
  ///   in nanoseconds.
  /// - Throws: `CommandFailure` if it can't be done; then nothing has changed.
  func inject(_ scan: ScanSession) throws -> (session: LiveSession, stopped: UInt64) {
    guard scan.facts.runtime.kind == .library else {
      throw CommandFailure(
        "the Swift runtime is linked into process \(process), where the probe has nothing to take"
          + " hold of; it can be scanned")
    }
    let outcome = try perform { () throws(RemoteCall.Problem) in
      try call.call(openFunction, with: PreloadedProbe.bytes)
    }
    guard outcome.result != 0 else {
      throw CommandFailure(
        "the loader of process \(process) refused the probe, such as for a limit on its memory or a"
          + " security module; it can be scanned")
    }
    do throws(RegionError) {
      return (try LiveSession(target: "\(process)"), outcome.stopped)
    } catch {
      let reason =
        error.code == .notMonitored
        ? "it could make no region, for which the process's limits on files, descriptors or memory"
          + " (ulimit -f, -n, -v) leave no room; it can be scanned"
        : error.message
      throw CommandFailure("the probe is in process \(process) and stays off: \(reason)")
    }
  }

  /// Takes out the probe of a session: its hooks, its region; its code stays and does nothing.
  ///
  /// - Throws: `CommandFailure` if it is part of the program, or can't be taken out.
  func eject(_ session: LiveSession) throws {
    let function = session.ejection
    guard function != 0 else {
      throw CommandFailure(
        "the probe is part of process \(process), which called it; ASYNCTOP=off keeps it off")
    }
    _ = try perform { () throws(RemoteCall.Problem) in try call.call(function) }
  }

  private func perform(
    _ body: () throws(RemoteCall.Problem) -> RemoteCall.Outcome
  ) throws -> RemoteCall.Outcome {
    do throws(RemoteCall.Problem) {
      return try body()
    } catch {
      throw CommandFailure("process \(process): \(Self.words(error))")
    }
  }

  private static func words(_ problem: RemoteCall.Problem) -> String {
    switch problem {
    case .allBusy:
      "no thread waits just now where it can be borrowed for a moment; nothing was changed; try"
        + " again"
    case .refused(let refusal): "it may not be traced: \(ScanProblem.words(refusal))"
    case .noMemory(let cause):
      "it was refused memory for the probe (\(cause)), by a filter of system calls or a limit"
    case .system(let cause): "its memory can't be written: \(cause)"
    case .noReturn:
      "the loader has not come back in five seconds: it waits for another thread that loads a"
        + " library"
    case .unsupported:
      "the probe can be put into running processes on x86-64 only; it can be scanned"
    }
  }
}
