import AsyncTopTerminal
import Testing

@testable import AsyncTopDashboard

@Suite struct `A theme file` {
  static func load(_ files: [String: String], _ name: String) -> ThemeCatalog.Loaded {
    ThemeCatalog(environment: ["HOME": "/home/me"], readFile: { files[$0] }).load(name)
  }

  static let folder = "/home/me/.config/asynctop/themes"

  @Test func `says colours, a background and attributes`() {
    let file = ThemeFile(
      parsing: """
        # A comment.
        name = "mine"
        text = "#010203 on #A0B0C0 bold underline"   # another
        dim="bright-black"
        """)
    #expect(file.problems.isEmpty)
    #expect(file.name == "mine")
    #expect(
      file.looks[.text]?.style
        == WrittenStyle(
          foreground: .fixed(Color(hex: 0x010203)), background: .fixed(Color(hex: 0xA0B0C0)),
          attributes: [.bold, .underline]))
    #expect(file.looks[.dim]?.style?.foreground == .fixed(.palette(8)))
  }

  @Test(arguments: [
    ("text \"#010203\"", "1: error: there is no “=”"),
    ("text = #010203", "1: error: the value is not in quotation marks"),
    ("\n\ntext = \"\"", "3: error: the look is empty"),
    ("text = \"#0102\"", "1: error: “#0102” is no colour"),
    ("text = \"#+10203\"", "1: error: “#+10203” is no colour"),
    ("text = \"red on\"", "1: error: “on” needs a colour"),
    ("text = \"red blinking\"", "1: error: “blinking” is no attribute"),
    ("text.16 = \"#010203\"", "1: error: text.16 is for sixteen colours"),
    ("state-runing = \"red\"", "1: warning: nothing has the key “state-runing”; is state-running"),
    ("zzz = \"red\"", "1: warning: nothing has the key “zzz”"),
    ("text = \"red\" bold", "1: warning: what follows the closing quotation mark"),
    ("text = \"red\"\ntext = \"blue\"", "2: warning: text is defined a second time"),
    ("ink = \"#01\"", "1: error: “#01” is no colour"),
    ("ink = \"#010203 #010203\"", "1: error: “#010203” is none of the sixteen"),
    ("hihglight = \"red\"", "1: warning: nothing has the key “hihglight”"),
    ("ink = \"red\"\nink = \"blue\"", "2: warning: ink is defined a second time"),
    ("\u{1B}[2J = \"red\"", "1: warning: nothing has the key “␛[2J”"),
  ])
  func `what is wrong is said with its line and what to do`(text: String, message: String) {
    let problems = ThemeFile(parsing: text).problems.map(\.description)
    #expect(problems.count == 1)
    #expect(problems.first?.hasPrefix(message) == true, "\(problems)")
  }

  @Test func `a huge file is not read`() {
    let file = ThemeFile(parsing: String(repeating: "# x\n", count: 40_000))
    #expect(file.problems.first?.severity == .error)
    #expect(file.missing.count == ThemeRole.allCases.count)
  }

  @Test func `what it does not define comes from the standard theme`() {
    let loaded = Self.load(["\(Self.folder)/mine.theme": "state-failed = \"#FF0000\""], "mine")
    let palette = loaded.theme.palette(for: .trueColor)
    let standard = ThemeCatalog.standard.palette(for: .trueColor)
    #expect(loaded.problems.isEmpty)
    #expect(palette[.stateFailed].foreground == Color(hex: 0xFF0000))
    #expect(palette[.stateFailed].background == standard[.text].background)
    #expect(palette[.stateDone] == standard[.stateDone])
  }

  @Test func `another colour of the palette is another colour of all that has it`() {
    let text = "fail = \"#FF0000 yellow\"\ndim title = \"ink bold\""
    let theme = Self.load(["\(Self.folder)/mine.theme": text], "mine").theme
    let (palette, sixteen) = (theme.palette(for: .trueColor), theme.palette(for: .sixteen))
    let standard = ThemeCatalog.standard.palette(for: .trueColor)
    for role in [ThemeRole.stateFailed, .error, .barUrgent] {
      #expect(palette[role].foreground == Color(hex: 0xFF0000))
      #expect(sixteen[role].foreground == .palette(3))
    }
    #expect(palette[.dim] == palette[.title])
    #expect(palette[.dim].foreground == standard[.text].foreground)
    #expect(palette[.stateDone] == standard[.stateDone])
  }

  @Test func `it inherits, and a new background of text is a new background of all`() {
    let loaded = Self.load(
      [
        "\(Self.folder)/child.theme": "inherits = \"light\"\ntext = \"#000000 on #FFFFFF\""
      ], "child")
    let palette = loaded.theme.palette(for: .trueColor)
    let light = Self.load([:], "light").theme.palette(for: .trueColor)
    #expect(palette[.stateDone].foreground == light[.stateDone].foreground)
    #expect(palette[.stateDone].background == Color(hex: 0xFFFFFF))
    #expect(palette[.selection] == light[.selection])
  }

  @Test func `a new look does not keep the sixteen colours of the old one`() {
    let text = "state-done = \"#FF0000\"\nstate-waiting.16 = \"green\""
    let palette = Self.load(["\(Self.folder)/a.theme": text], "a").theme.palette(for: .sixteen)
    #expect(palette[.stateDone].foreground == .palette(9))
    #expect(palette[.stateWaiting].foreground == .palette(2))
  }

  @Test func `themes that inherit in a circle end with a message`() {
    let loaded = Self.load(
      [
        "\(Self.folder)/a.theme": "inherits = \"b\"", "\(Self.folder)/b.theme": "inherits = \"a\"",
      ], "a")
    #expect(loaded.problems.map(\.message).contains { $0.contains("in a circle") })
  }

  @Test func `a parent that is not there is said`() {
    let loaded = Self.load(["\(Self.folder)/a.theme": "inherits = \"nowhere\""], "a")
    #expect(loaded.problems.map(\.message).contains { $0.contains("“nowhere”") })
    #expect(
      loaded.theme.palette(for: .trueColor)[.stateDone]
        == ThemeCatalog.standard.palette(for: .trueColor)[.stateDone])
  }

  @Test func `an unknown name gives the standard theme and says what there is`() {
    let loaded = Self.load([:], "neon")
    #expect(loaded.theme == ThemeCatalog.standard)
    #expect(loaded.problems.first?.message.contains("dark, light, high-contrast") == true)
  }

  @Test func `the user's file goes before a shipped theme, and a path is a path`() {
    let files = [
      "\(Self.folder)/dark.theme": "name = \"my dark\"", "./x.theme": "name = \"by path\"",
      "/etc/xdg/asynctop/themes/x.theme": "name = \"from XDG\"",
    ]
    #expect(Self.load(files, "dark").theme.name == "my dark")
    #expect(Self.load(files, "./x.theme").theme.name == "by path")
    let catalog = ThemeCatalog(
      environment: ["HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/xdg"], readFile: { files[$0] })
    #expect(catalog.load("x").theme.name == "from XDG")
  }
}
