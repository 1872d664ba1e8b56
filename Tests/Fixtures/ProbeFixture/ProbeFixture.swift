/// Programs that do to the probe what its tests are about, each in a process of its own.
///
/// They print `name value` lines; the tests judge them.
@main
struct ProbeFixture {
  static func main() async {
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case "consistency": await Consistency.run()
    case "shapes": await Shapes.run()
    case "fork": ForkedChild.run()
    case "overrun": Overrun.run()
    case "full": FullTables.run()
    case "stacks": await Stacks.run()
    case "threads": ManyThreads.run()
    case "lease": Lease.run()
    case "scribble": await Hostile.scribble()
    case "cut": await Hostile.cut()
    case "churn": await Hostile.churn()
    case "filter": await Hostile.filter(kills: false)
    case "filter-kills": await Hostile.filter(kills: true)
    case "wait": await Shapes.waitForInput()
    case "become": await Becoming.execute(Array(arguments.dropFirst()))
    case "close": await Becoming.closeAll()
    case "linger": Becoming.linger()
    default: print("unknown scenario")
    }
  }
}
