import AsyncTopDashboard
import AsyncTopBus
import AsyncTopTerminal
import TestSessions
import Testing

@Suite struct `The help` {
  @Test func `it comes from the table of actions and scrolls`() {
    var dashboard = TestDashboard(.server(), 60, 12)
    dashboard.press("?")
    #expect(
      dashboard.picture() == [
        "┌─ Keys ───────────────────────────────────────────────────┐",
        "│ Everywhere                                             █ │",
        "│ q C-c            leave                                 █ │",
        "│ ? F1             show or hide this help                │ │",
        "│ space            stand still, or go on; play or pause …│ │",
        "│ H                less or more of the header            │ │",
        "│ esc              close, clear the filter, go back      │ │",
        "│ C-z              stop asynctop; `fg` continues it      │ │",
        "│ C-l              draw the screen again                 │ │",
        "│ 1                show the tasks                        │ │",
        "│ 2 t F5           show the tree                         │ │",
        "└──────────────────────────────────────────────────────────┘",
      ])
    dashboard.press("end")
    #expect(dashboard.picture()[10].contains("only the roots"))
    dashboard.press("?")
    #expect(!dashboard.picture()[0].contains("Keys"))
  }

  @Test func `the menu of columns sorts`() {
    var dashboard = TestDashboard(.server(), 60, 16)
    dashboard.press("s")
    #expect(
      dashboard.picture() == [
        "LIVE  server  pid 4242  up 2.0s  asynctop sample 0 frame 0",
        "▲ lock held long lo┌─ Sort by ──────────┐3 “client 3… 2.0s 1",
        " 1 Tasks 5 2 Tree 3│   STATE            │6 Waits 7 Thr 9 War",
        "STATE          ID N│   ID               │TS FOR        SINCE",
        "⊘ running       4 c│   NAME             │              3.0ms",
        "○ waiting       1 m│   AGE              │up “clients…   2.0s",
        "○ waiting       3 c│ ▶ BUSY             │er in 28s      2.0s",
        "○ waiting       2 c│   SCHED            │k “accounts…   2.0s",
        "◐ scheduled     5 a│   IDLE             │               43ms",
        "                   │   POLLS            │",
        "                   │   WAITS FOR        │",
        "                   │   SINCE            │",
        "                   │   AT               │",
        "                   │   SITE             │",
        "                   └────────────────────┘",
        "q quit  ? help  space pause  tab view  enter details  s sort",
      ])
    dashboard.press("home down enter")
    #expect(dashboard.picture()[3].contains("ID▲"))
  }
}
