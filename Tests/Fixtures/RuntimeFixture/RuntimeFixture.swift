import AsyncRuntime
import Glibc

/// Programs that need the main thread, each run in a process of its own by the tests.
@main
struct RuntimeFixture {
  static func main() throws {
    // The threads that start it in tests block all signals, and it would inherit that.
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigprocmask(SIG_SETMASK, &none, nil)
    switch CommandLine.arguments.dropFirst().first {
    case "callbacks": try Callbacks.main()
    case "CallbackGuide": try CallbackGuide.main()
    case "DatagramGuide": try DatagramGuide.main()
    case "ShutdownGuide": try ShutdownGuide.main()
    case "SubprocessGuide": try SubprocessGuide.main()
    case "mistake": try Mistakes.main(CommandLine.arguments.last ?? "")
    case "native": try NativeTasks.main()
    case "actors": try Actors.main()
    case "entries": try Actors.useEntries()
    case "interrupt": try Interrupts.interrupt()
    case "children": try Children.main()
    case "child reports": try ChildReports.main()
    case "broken pipe": try Children.brokenPipe()
    case "last words": try Children.lastWords()
    case "handler": try InterruptHandler.main()
    case "stubborn": try Interrupts.stubborn()
    case "swallow": try Interrupts.swallow()
    case "busy": try Interrupts.busy()
    case "future": try Interrupts.future()
    case "own cancellation": try Interrupts.ownCancellation()
    case "host handler": try Interrupts.hostHandler()
    case "exceptions": try Exceptions.main()
    case "reports": try Reports.main()
    case "exhaustion": try Exhaustion.main()
    case "shortage": try Shortage.main()
    case "network reports": try NetworkReports.main()
    case "primitives": try Reports.primitives()
    case "departures": try Departures.main()
    case "low descriptors": try LowDescriptors.main()
    case "old kernel": try OldKernel.main()
    case "standard input": try StandardInput.main()
    case "waits": try Waits.main()
    case "late": try LateStart.main()
    case "shared state": try SharedState.main()
    case "settings of before": try SettingsOfBefore.main()
    case "stress": try Stress.main()
    default: print("which one?")
    }
  }
}
