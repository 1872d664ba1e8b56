import Foundation
import Glibc
import TestFixtures
import Testing

/// What others do to a process that is watched, and what its system denies it: it goes on.
@Suite struct `A watched process` {
  private static func inShell(_ setup: String, _ scenario: String) throws -> Child {
    let program = Fixture.path(of: "ProbeFixture").path
    return try Child(["/bin/bash", "-c", "\(setup); exec \"$0\" \(scenario)", program])
  }

  private static func temporaryPath() -> String {
    NSTemporaryDirectory() + "asynctop-\(UUID().uuidString).region"
  }

  @Test func `outlives whatever is written into its region and its observers' page`() throws {
    let run = try Fixture("ProbeFixture", "scribble")
    #expect(run.status == 0 && run.values["alive"] == "true")
    #expect(run.number("written") > 10_000)
  }

  @Test func `can't be written by another process`() throws {
    let child = try Child([Fixture.path(of: "ProbeFixture").path, "linger"])
    let path = try Waiting.answer("no region") {
      Self.descriptor(of: child.id, named: "/memfd:asynctop ")
    }
    let descriptor = unsafe open(path, O_RDWR)
    defer { close(descriptor) }
    guard descriptor >= 0 else { return }
    var word: UInt64 = 1
    #expect(unsafe pwrite(descriptor, &word, 8, 0) == -1 && errno == EPERM)
    let writable = unsafe mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    #expect(unsafe writable == MAP_FAILED)
    #expect(ftruncate(descriptor, 0) == -1)
  }

  private static func descriptor(of process: pid_t, named prefix: String) -> String? {
    let folder = "/proc/\(process)/fd"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.map { "\(folder)/\($0)" }.first { path in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: path))?.hasPrefix(prefix) == true
    }
  }

  @Test func `outlives the end of its region's file`() throws {
    let path = Self.temporaryPath()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = try Fixture("ProbeFixture", "cut", environment: ["ASYNCTOP_REGION": path])
    #expect(run.status == 0 && run.values["alive"] == "true")
    #expect(run.values["started"] == "true" && run.values["cut"] == "0")
  }

  @Test func `leaves native tasks alone if somebody else uses the word of a task`() throws {
    let run = try Fixture("ProbeFixture", "word")
    #expect(run.status == 0 && run.values["alive"] == "true")
    #expect(run.values["before"] == "1" && run.values["after"] == "5")
  }

  @Test(arguments: [
    "ulimit -f 1", "ulimit -f 1000", "ulimit -f 100000", "ulimit -n 9", "ulimit -n 12",
    "ulimit -n 36", "ulimit -l 0", "ulimit -v 3000000", "exec 0<&-", "exec 1>&- 2>&-",
    "exec 0<&- 1>&- 2>&-", "export ASYNCTOP_REGION=/dev/full", "export ASYNCTOP_REGION=/",
    "ulimit -f 1; export ASYNCTOP_REGION=/tmp/asynctop-limited.region",
  ])
  func `runs as without the probe, whatever it is denied`(_ setup: String) throws {
    try #require(try Self.inShell(setup + "; export ASYNCTOP=off", "churn").wait() == 0)
    let child = try Self.inShell(setup, "churn")
    let status = try child.wait()
    #expect(status == 0, "\(child.errors)")
    if !setup.contains("1>&-") { #expect(child.output.contains("alive true")) }
    #expect(!FileManager.default.fileExists(atPath: "/tmp/asynctop-limited.region"))
    var device = stat()
    #expect(unsafe stat("/dev/full", &device) == 0 && device.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func `started without standard descriptors, keeps its region out of their way`() throws {
    let child = try Self.inShell("exec 1>&- 2>&-", "linger")
    let folder = "/proc/\(child.id)/fd/"
    let path = try Waiting.answer("no region") {
      Self.descriptor(of: child.id, named: "/memfd:asynctop ")
    }
    #expect(try #require(Int(path.dropFirst(folder.count))) > 2)
    let page = try #require(Self.descriptor(of: child.id, named: "/memfd:asynctop-observers "))
    #expect(try #require(Int(page.dropFirst(folder.count))) > 2)
  }

  @Test func `runs under a filter of system calls`() throws {
    let refused = try Fixture("ProbeFixture", "filter")
    #expect(refused.status == 0 && refused.values["alive"] == "true")
    #expect(refused.values["filtered"] == "true" && refused.values["started"] == "false")
    let off = try Fixture("ProbeFixture", "filter-kills", environment: ["ASYNCTOP": "off"])
    #expect(off.status == 0 && off.values["alive"] == "true")
    #expect(off.values["filtered"] == "true")
  }
}
