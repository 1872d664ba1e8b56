import CAsyncTopProbe
import Dispatch
import Glibc

/// Threads that come and go hand their workers on; those beyond the limit are counted.
enum ManyThreads {
  static func run() {
    print("started", tp_start_for_testing(65_536, 64))
    let header = unsafe tp_own_region().header!
    for _ in 0..<600 { inThread { use() } }
    unsafe print("sequential-workers", header.pointee.worker_high)
    unsafe print("sequential-lost", header.pointee.lost_threads)

    // All of them at once: each waits until the last one has reported.
    let gate = DispatchSemaphore(value: 0)
    let arrived = DispatchSemaphore(value: 0)
    let threads = (0..<300).map { _ in
      startThread {
        use()
        arrived.signal()
        gate.wait()
      }
    }
    for _ in threads { arrived.wait() }
    unsafe print("parallel-workers", header.pointee.worker_high)
    unsafe print("parallel-lost", header.pointee.lost_threads)
    // Those beyond the limit give back the free slots that they keep at hand, too.
    let before = unsafe header.pointee.timers.high
    for _ in 0..<600 { inThread { use() } }
    unsafe print("slots-lost", header.pointee.timers.high - before)
    for _ in threads { gate.signal() }
    for thread in threads { pthread_join(thread, nil) }
    inThread { use() }
    print("timers-left", listedTimers())
  }

  private static func use() {
    let timers = (0..<100).map { _ in tp_timer_armed(1, 1, 0, 0, 0, false) }
    for timer in timers { tp_timer_ended(timer, 2) }
  }

  private static func listedTimers() -> Int {
    let region = unsafe tp_own_region()
    let slots = unsafe 0..<Int(region.header.pointee.timers.high)
    return slots.filter { unsafe region.timers[$0].id != 0 }.count
  }

  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  private static func startThread(_ body: @escaping () -> Void) -> pthread_t {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
    unsafe pthread_create(
      &thread, nil,
      { context in
        unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
        return nil
      }, unsafe context)
    return thread
  }

  private static func inThread(_ body: @escaping () -> Void) {
    pthread_join(startThread(body), nil)
  }
}
