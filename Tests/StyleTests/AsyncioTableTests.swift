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
    let words = line.split { " :<({,=?`".contains($0) }
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

  @Test func `it has a row for what the classes of asyncio have`() {
    let missing = Set(Self.members).subtracting(rows.map(\.theirs))
    #expect(missing.isEmpty)
  }

  @Test func `what it says is here is declared`() {
    let wrong = rows.map(\.ours).filter { name in
      guard name != "–", !name.hasPrefix("asynctop ") else { return false }
      return !name.split(separator: ".").allSatisfy { declared.contains($0) }
    }
    #expect(wrong.isEmpty)
  }

  /// What `asyncio.__all__` of Python 3.14 has on Linux.
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
    _enter_task _get_running_loop _leave_task _register_task _set_running_loop _unregister_task
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  /// What the classes among them have, where that is more than a name for `async with`.
  private static let members = """
    Barrier.abort Barrier.broken Barrier.n_waiting Barrier.parties Barrier.reset Barrier.wait
    Condition.acquire Condition.locked Condition.notify Condition.notify_all Condition.release
    Condition.wait Condition.wait_for Event.clear Event.is_set Event.set Event.wait
    Future.add_done_callback Future.cancel Future.cancelled Future.done Future.exception
    Future.get_loop Future.remove_done_callback Future.result Future.set_exception
    Future.set_result Handle.cancel Handle.cancelled Handle.get_context Lock.acquire Lock.locked
    Lock.release Queue.empty Queue.full Queue.get Queue.get_nowait Queue.join Queue.maxsize
    Queue.put Queue.put_nowait Queue.qsize Queue.shutdown Queue.task_done Runner.close
    Runner.get_loop Runner.run Semaphore.acquire Semaphore.locked Semaphore.release
    Task.add_done_callback Task.cancel Task.cancelled Task.cancelling Task.done Task.exception
    Task.get_context Task.get_coro Task.get_name Task.get_stack Task.print_stack
    Task.remove_done_callback Task.result Task.set_exception Task.set_name Task.set_result
    Task.uncancel TaskGroup.cancel TaskGroup.create_task Timeout.expired Timeout.reschedule
    Timeout.when TimerHandle.when
    """.split(whereSeparator: \.isWhitespace).map(String.init)
}
