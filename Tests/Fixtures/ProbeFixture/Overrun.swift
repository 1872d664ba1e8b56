import CAsyncTopProbe
import AsyncTopBus

/// A ring that nobody drains is overwritten: its head counts on and the newest events stay.
enum Overrun {
  static func run() {
    print("started", tp_start_for_testing(1024, 64))
    let region = unsafe tp_own_region()
    ObserversPage(ownProcess: ())?.raiseLease(to: .max)
    for number in 0..<1000 { unsafe tp_mark("mark \(number)") }
    let worker = unsafe region.workers[0]
    print("head", worker.head)
    guard let ring = unsafe EventRing(of: 0, in: region) else { return }
    let last = unsafe ring.events[Int((worker.head - 1) & 63)]
    print("last-kind-is-mark", last.kind == UInt8(TP_EVENT_MARK.rawValue))
    unsafe print("last-label", String(cString: region.strings + Int(last.a)))
  }
}
