import AsyncMonitoringUI
import Glibc

@main struct Example {
  static func main() async throws {
    // 1. asynctop can look at this process now, also at tasks that know nothing of us.
    AsyncMonitor.expose()

    // 2. `kill -USR1 <pid>` writes the task tree to standard error.
    try AsyncMonitor.dumpTaskTree(whenSignalled: SIGUSR1)

    // 3. What happens from here on is recorded; `asynctop play session.asyncrec` shows it. The
    //    recordings of the last five starts stay as session.1.asyncrec and so on.
    let recorder = AsyncMonitor.record(to: "session.asyncrec", keeping: 5)

    let work = Task(name: "work") { try await Task.sleep(for: .seconds(5)) }
    AsyncMonitor.mark("work begins")

    // 4. The dashboard on the app's own terminal, until the user leaves with q.
    if isatty(STDOUT_FILENO) == 1 { try await AsyncMonitor.present() }

    work.cancel()
    await recorder.stop()
  }
}
