import CAsyncTopProbe
import Glibc

/// What a process may do that is monitored, without ending.
enum Becoming {
  /// Executes a program when standard input ends.
  static func execute(_ words: [String]) async {
    await Shapes.waitForInput()
    var words = unsafe words.map { unsafe strdup($0) } + [nil]
    _ = unsafe words[0].map { unsafe execv($0, &words) }
    print("not executed")
  }

  /// Closes every descriptor that it does not know, as daemons do, when standard input ends.
  static func closeAll() async {
    await Shapes.waitForInput()
    for descriptor in 3..<CInt(256) { close(descriptor) }
    while true { pause() }
  }

  /// Is monitored, and waits.
  static func linger() {
    _ = tp_start()
    print("again")
    fflush(nil)
    while true { pause() }
  }
}
