import CAsyncTopProbe
import Glibc

/// A child of fork reports nothing, and its parent goes on.
enum ForkedChild {
  static func run() {
    _ = tp_start()
    let timer = tp_timer_armed(1, 1, 0, 0, 0, false)
    let before = unsafe tp_own_region().header.pointee.timers.high
    let child = probe_fixture_fork()
    if child == 0 {
      let ghost = tp_timer_armed(1, 1, 0, 0, 0, false)
      unsafe tp_mark("from the child")
      _exit(ghost == 0 && tp_current_task() == 0 ? 0 : 1)
    }
    var status: CInt = 0
    unsafe waitpid(child, &status, 0)
    print("child-status", status)
    unsafe print("parent-slots-unchanged", before == tp_own_region().header.pointee.timers.high)
    tp_timer_ended(timer, 1)
    print("parent-arms", tp_timer_armed(1, 1, 0, 0, 0, false) != 0)
  }
}

@_silgen_name("fork")
private func probe_fixture_fork() -> pid_t
