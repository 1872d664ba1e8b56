import AsyncTopLinux

/// Makes an event loop for this thread, which runs nothing yet: for a `Runner`, or to be driven by
/// hand.
///
/// It is not the loop of the main actor, on the main thread either.
///
/// - Parameter name: What people call it.
/// - Returns: The loop. Who is done with it should close it.
/// - Throws: `RunnerError.noLoop`.
public func newEventLoop(name: String = "loop") throws(RunnerError) -> EventLoop {
  do throws(Errno) {
    return try LoopExecutor(name: name)
  } catch {
    throw .noLoop("\(error)")
  }
}

extension EventLoop {
  /// The loop of a runner that is given none: the main thread's, if that is free and we are there.
  static func forRunner(name: String) throws(RunnerError) -> EventLoop {
    guard ThreadIdentity.isMain, MainLoop.isInstalled, let loop = try? MainLoop.loop(),
      loop.isClosed
    else { return try newEventLoop(name: name) }
    loop.reopen()
    return loop
  }
}
