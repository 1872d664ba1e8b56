import AsyncHTTPClient
import AsyncMonitoring
import AsyncMonitoringUI
import AsyncRuntime
import GRPCCore
import Hummingbird
import Instrumentation
import Logging
import Metrics
import NIOCore
import ServiceLifecycle
import Tracing

/// Our modules beside those of the packages that servers use: it resolves, compiles and runs.
@main struct Together {
  static func main() async {
    let logger = Logger(label: "together")
    logger.info("exposed: \(AsyncMonitor.expose())")
    let answer = await withSpan("answer") { _ in
      await Task(name: "answer") { 42 }.value
    }
    Counter(label: "answers").increment()
    print("answer:", answer)
  }
}
