import CAsyncTopProbe
import AsyncTopBus

/// Events are written only under a lease, and a lease that nobody renews runs out.
enum Lease {
  static func run() {
    print("started", tp_start_for_testing(1024, 64))
    guard let session = LiveSession(ownProcess: ()) else { return }
    unsafe tp_mark("before")
    print("unobserved", events(session))
    session.isObserving = true
    _ = session.snapshot()
    unsafe tp_mark("during")
    print("observed", events(session))
    // The observer is gone; time passes for the region when its lease is behind the clock.
    ObserversPage(ownProcess: ())?.endLease()
    unsafe tp_mark("after")
    session.isObserving = false
    print("expired", events(session))
  }

  private static func events(_ session: LiveSession) -> UInt64 {
    session.snapshot().totals.events
  }
}
