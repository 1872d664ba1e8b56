import Foundation
import Testing

/// The table "Coming from asyncio" names all of asyncio, and nothing that isn't there.
@Suite struct `Coming from asyncio` {
  /// A line of the table: asyncio's name, ours, and what differs.
  struct Row {
    let theirs: String
    let ours: String
  }

  let rows: [Row]
  let declared: Set<Substring>

  init() throws {
    let repository = try Repository.current.get()
    let place = "Sources/AsyncRuntime/AsyncRuntime.docc/ComingFromAsyncio.md"
    let text = try String(contentsOf: repository.root.appending(path: place), encoding: .utf8)
    rows = text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
      guard cells.count == 5, cells[1].contains("`") else { return nil }
      return Row(theirs: Self.unquoted(cells[1]), ours: Self.unquoted(cells[2]))
    }
    let sources = repository.files.filter { $0.module == "AsyncRuntime" && !$0.isTest }
    declared = Set(sources.flatMap { $0.code.flatMap(Self.names) })
  }

  private static func unquoted(_ cell: Substring) -> String {
    cell.filter { $0 != "`" }.trimmingCharacters(in: .whitespaces)
  }

  /// The names that a line of code declares.
  private static func names(in line: Substring) -> [Substring] {
    let words = line.split { " :<({,=?".contains($0) }
    let keywords: Set<Substring> = [
      "func", "class", "struct", "enum", "protocol", "var", "let", "case", "typealias",
    ]
    return words.indices.dropLast().filter { keywords.contains(words[$0]) }.map { words[$0 + 1] }
  }

  @Test func `it has a row for every public name of asyncio`() {
    let known = Set(
      rows.flatMap { [$0.theirs, $0.theirs.split(separator: ".").last.map(String.init)] })
    let missing = Self.asyncio.filter { !known.contains($0) }
    #expect(missing.isEmpty)
  }

  @Test func `what it says is here is declared`() {
    let wrong = rows.map(\.ours).filter { name in
      guard name != "–", !name.hasPrefix("asynctop ") else { return false }
      return !name.split(separator: ".").allSatisfy { declared.contains($0) }
    }
    #expect(wrong.isEmpty)
  }

  /// What `asyncio.__all__` of Python 3.14 has on Linux, without underscores.
  private static let asyncio = """
    ALL_COMPLETED AbstractEventLoop AbstractServer Barrier BaseEventLoop BaseProtocol BaseTransport
    BoundedSemaphore BrokenBarrierError BufferedProtocol CancelledError Condition DatagramProtocol
    DatagramTransport Event EventLoop FIRST_COMPLETED FIRST_EXCEPTION FrameCallGraphEntry Future
    FutureCallGraph Handle IncompleteReadError InvalidStateError LifoQueue LimitOverrunError Lock
    PriorityQueue Protocol Queue QueueEmpty QueueFull QueueShutDown ReadTransport Runner
    SelectorEventLoop Semaphore SendfileNotAvailableError Server StreamReader StreamReaderProtocol
    StreamWriter SubprocessProtocol SubprocessTransport Task TaskGroup Timeout TimeoutError
    TimerHandle Transport WriteTransport all_tasks as_completed capture_call_graph
    create_eager_task_factory create_subprocess_exec create_subprocess_shell create_task
    current_task eager_task_factory ensure_future format_call_graph future_add_to_awaited_by
    future_discard_from_awaited_by gather get_event_loop get_event_loop_policy get_running_loop
    iscoroutine iscoroutinefunction isfuture new_event_loop open_connection open_unix_connection
    print_call_graph run run_coroutine_threadsafe set_event_loop set_event_loop_policy shield sleep
    start_server start_unix_server timeout timeout_at to_thread wait wait_for wrap_future
    """.split(whereSeparator: \.isWhitespace).map(String.init)
}
