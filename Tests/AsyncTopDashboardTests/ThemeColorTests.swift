import AsyncTopTerminal
import Testing

@testable import AsyncTopDashboard

@Suite struct `Colours of the shipped themes` {
  static let catalog = ThemeCatalog(environment: [:], readFile: { _ in nil })
  /// Those with colours of their own; the others have the terminal's.
  static let colored = ["dark", "light", "high-contrast", "high-contrast-light", "color-blind"]
  /// What is not text: only lines and areas are drawn with it.
  static let lines: Set<ThemeRole> = [
    .border, .treeLine, .popupBorder, .timeline, .barFull, .barUrgent, .sparkline,
  ]

  static func palette(_ name: String, _ depth: ColorDepth = .trueColor) -> Palette {
    catalog.load(name).theme.palette(for: depth)
  }

  static func contrast(_ style: Style) throws -> Double {
    let foreground = try #require(style.foreground.components)
    let background = try #require(style.background.components)
    return foreground.contrast(with: background)
  }

  @Test(arguments: colored)
  func `text has the contrast that WCAG asks for`(name: String) throws {
    let least = name.hasPrefix("high-contrast") ? 7.0 : 4.5
    for depth in [ColorDepth.trueColor, .palette256] {
      let palette = Self.palette(name, depth)
      for role in ThemeRole.allCases where role != .barEmpty {
        let contrast = try Self.contrast(palette[role])
        // Stepping down may cost a little, never the next lower grade.
        let floor = (Self.lines.contains(role) ? 3 : least) * (depth == .trueColor ? 1 : 0.9)
        #expect(contrast >= floor, "\(role.key) at \(depth): \(contrast)")
      }
    }
  }

  @Test(arguments: colored)
  func `the selected row can be told from the others`(name: String) throws {
    for depth in [ColorDepth.trueColor, .palette256, .sixteen] {
      let palette = Self.palette(name, depth)
      let selected = try #require(palette[.selection].background.components)
      let text = try #require(palette[.text].background.components)
      #expect(selected.difference(from: text) > 0.1, "\(depth)")
    }
  }

  @Test(arguments: colored, [(ColorDepth.trueColor, 0.08), (.palette256, 0.06)])
  func `states can be told apart by colour`(name: String, at: (ColorDepth, Double)) throws {
    let nearest = try Self.nearestStates(Self.palette(name, at.0), seenWith: .full)
    #expect(nearest >= at.1, "at \(at.0)")
  }

  @Test(arguments: ColorVision.allCases)
  func `the colour-blind theme keeps states apart without a cone`(vision: ColorVision) throws {
    for depth in [ColorDepth.trueColor, .palette256] {
      let nearest = try Self.nearestStates(Self.palette("color-blind", depth), seenWith: vision)
      #expect(nearest >= 0.07, "\(vision) at \(depth)")
    }
  }

  @Test(arguments: colored + ["terminal"])
  func `states differ with sixteen colours`(name: String) {
    let palette = Self.palette(name, .sixteen)
    let states = Set(ThemeRole.states.map { palette[$0] })
    #expect(states.count == ThemeRole.states.count)
    let text = palette[.text].background
    #expect(
      ThemeRole.states.allSatisfy { palette[$0].foreground != text || text == .terminalDefault })
  }

  @Test(arguments: ThemeCatalog.shippedNames)
  func `without colours there is none, and the selection still shows`(name: String) {
    let palette = Self.palette(name, .none)
    for role in ThemeRole.allCases {
      #expect(palette[role].foreground == .terminalDefault)
      #expect(palette[role].background == .terminalDefault)
    }
    #expect(palette[.selection].attributes.contains(.reverse))
    #expect(!palette[.text].attributes.contains(.reverse))
  }

  @Test(arguments: [GlyphSet.unicode, .ascii])
  func `every state has a sign of its own, so that colour is never alone`(glyphs: GlyphSet) {
    let signs = ThemeRole.states.compactMap { $0.sign(in: glyphs) }
    #expect(Set(signs).count == ThemeRole.states.count)
    #expect(signs.allSatisfy { $0.width == 1 })
    #expect(glyphs == .unicode || signs.allSatisfy { $0.baseValue < 0x7F })
  }

  @Test func `the themes of the terminal's colours bring none of their own`() {
    for role in ThemeRole.allCases {
      for style in [Self.palette("terminal")[role], Self.palette("mono")[role]] {
        if case .rgb = style.foreground { Issue.record("\(role.key)") }
        #expect(style.background == .terminalDefault)
      }
      #expect(Self.palette("mono")[role].foreground == .terminalDefault)
    }
  }

  /// The difference of the two states that look most alike.
  static func nearestStates(_ palette: Palette, seenWith vision: ColorVision) throws -> Double {
    let seen = try ThemeRole.states.map { role in
      vision.seeing(try #require(palette[role].foreground.components))
    }
    return seen.indices.flatMap { first in
      seen.indices.filter { $0 > first }.map { seen[first].difference(from: seen[$0]) }
    }.min() ?? 0
  }
}
