import CAsyncTopProbe
import Glibc
import AsyncTopBus
import Synchronization

/// What others may do to a watched process, and what a system may deny it.
///
/// Each scenario prints `alive` if the process is.
enum Hostile {
  /// Runs tasks, with the probe on if it can be.
  static func churn() async {
    print("started", tp_start())
    await Consistency.churn(rounds: 500)
    print("alive true")
  }

  /// Whatever there is, is written into the region and the observers' page while tasks come and go.
  ///
  /// Another process of the same user could do so to a region in a file; here a thread does it.
  static func scribble() async {
    print("started", tp_start())
    final class Flag: Sendable { let isSet = Atomic(false) }
    let done = Flag()
    await withTaskGroup(of: Int.self) { group in
      group.addTask {
        var scribbler = Scribbler()
        while !done.isSet.load(ordering: .relaxed) {
          for _ in 0..<1000 { scribbler.write() }
          await Task.yield()
        }
        return scribbler.written
      }
      await Consistency.churn(rounds: 12_000)
      done.isSet.store(true, ordering: .relaxed)
      for await written in group { print("written", written) }
    }
    print("alive true")
  }

  /// A task uses the word that the probe keeps its slot in, as a later runtime may.
  static func takeWord() async {
    print("started", tp_start())
    await Task { await Task.yield() }.value
    print("before", unsafe tp_own_region().header?.pointee.native_status ?? 0)
    await Task {
      await Task.yield()
      unsafe withUnsafeCurrentTask { task in
        let task = unsafe unsafeBitCast(task, to: UnsafeMutableRawPointer.self)
        unsafe task.storeBytes(of: 0x1234_5678_9abc_def0, toByteOffset: 0x48, as: UInt64.self)
      }
      await Task.yield()
      await Task.yield()
    }.value
    print("after", unsafe tp_own_region().header?.pointee.native_status ?? 0)
    print("alive true")
  }

  /// Writes numbers that are likely to hurt to places where tables and links are.
  @safe
  private struct Scribbler {
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    private(set) var written = 0
    private let base: UnsafeMutableRawPointer?
    private let places: [Range<Int>]

    init() {
      let tables = unsafe tp_own_region()
      unsafe base = unsafe UnsafeMutableRawPointer(tables.header)
      guard let header = unsafe tables.header?.pointee else {
        places = []
        return
      }
      let parts = [
        0, header.tasks.offset, header.task_origins, header.task_details, header.groups.offset,
        header.timers.offset, header.resources.offset, header.workers, header.sites.offset,
        header.site_counts, header.stacks.offset, header.tasks.changes, header.site_changes,
      ]
      places = parts.map { Int($0)..<(Int($0) + 4096) }
    }

    private mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }

    mutating func write() {
      guard !places.isEmpty else { return }
      let place = places[Int(next() % UInt64(places.count))]
      let offset = place.lowerBound + Int(next() % UInt64(place.count / 8)) * 8
      let number: UInt64 =
        switch next() % 6 {
        case 0: 0
        case 1: .max
        case 2: next() % 64
        case 3: 1 << (next() % 64)
        case 4: next() << 32 | 0xffff_fff0
        default: next()
        }
      unsafe base?.storeBytes(of: number, toByteOffset: offset, as: UInt64.self)
      if let page = unsafe tp_own_observers(), next() % 64 == 0 {
        unsafe tp_store(&page.pointee.lease_ticks, number)
        unsafe tp_store(&page.pointee.epoch, next())
      }
      written += 1
    }
  }

  /// Another process cuts the region's file short.
  static func cut() async {
    print("started", tp_start())
    await Consistency.churn(rounds: 200)
    guard let path = unsafe getenv("ASYNCTOP_REGION") else { return }
    print("cut", unsafe truncate(path, 5000))
    await Consistency.churn(rounds: 200)
    print("cut", unsafe truncate(path, 0))
    await Consistency.churn(rounds: 200)
    print("alive true")
  }

  /// A filter of system calls refuses memory objects, or ends the process that asks for one.
  static func filter(kills: Bool) async {
    #if arch(x86_64)
      let number: UInt32 = 319  // memfd_create
    #else
      let number: UInt32 = 279
    #endif
    let verdict: UInt32 = kills ? 0x8000_0000 : 0x0005_0000 | UInt32(EPERM)
    var program = [
      sock_filter(code: 0x20, jt: 0, jf: 0, k: 0), sock_filter(code: 0x15, jt: 0, jf: 1, k: number),
      sock_filter(code: 0x06, jt: 0, jf: 0, k: verdict),
      sock_filter(code: 0x06, jt: 0, jf: 0, k: 0x7fff_0000),
    ]
    let count = UInt16(program.count)
    let status = unsafe program.withUnsafeMutableBufferPointer { code in
      var filter = unsafe sock_fprog(len: count, filter: code.baseAddress)
      return unsafe probe_fixture_prctl(38, 1, 0, 0, 0) == 0
        && withUnsafeMutablePointer(to: &filter) { filter in
          probe_fixture_prctl(22, 2, UInt(bitPattern: filter), 0, 0) == 0
        }
    }
    print("filtered", status)
    await churn()
  }
}

// linux/filter.h, which Glibc's module leaves out.
private struct sock_filter {
  var code: UInt16
  var jt: UInt8
  var jf: UInt8
  var k: UInt32
}

@safe
private struct sock_fprog {
  var len: UInt16
  var filter: UnsafeMutablePointer<sock_filter>?
}

@_silgen_name("prctl")
private func probe_fixture_prctl(
  _ option: CInt, _ second: UInt, _ third: UInt, _ fourth: UInt, _ fifth: UInt
) -> CInt
