import AsyncTopTerminal
import Testing

@Suite struct `A colour` {
  @Test(
    arguments: [
      (0xFFFFFF, 231, 15), (0x000000, 16, 0), (0xFF0000, 196, 9), (0x808080, 244, 8),
      (0x5FAFFF, 75, 6), (0x00CD00, 40, 2),
    ] as [(UInt32, UInt8, UInt8)])
  func `steps down to the nearest there is`(hex: UInt32, in256: UInt8, in16: UInt8) {
    #expect(Color(hex: hex).stepped(to: .trueColor) == Color(hex: hex))
    #expect(Color(hex: hex).stepped(to: .palette256) == .palette(in256))
    #expect(Color(hex: hex).stepped(to: .sixteen) == .palette(in16))
    #expect(Color(hex: hex).stepped(to: .none) == .terminalDefault)
  }

  @Test func `stays what it is where the terminal has it`() {
    #expect(Color.palette(3).stepped(to: .sixteen) == .palette(3))
    #expect(Color.palette(200).stepped(to: .palette256) == .palette(200))
    #expect(Color.palette(196).stepped(to: .sixteen) == .palette(9))
    for depth in ColorDepth.allCases {
      #expect(Color.terminalDefault.stepped(to: depth) == .terminalDefault)
    }
  }

  @Test func `stepping twice changes nothing`() {
    for hex in stride(from: UInt32(0), to: 0xFFFFFF, by: 0x0F1337) {
      for depth in ColorDepth.allCases {
        let once = Color(hex: hex).stepped(to: depth)
        #expect(once.stepped(to: depth) == once)
      }
    }
  }

  @Test func `contrast is as WCAG computes it`() throws {
    let white = try #require(Color(hex: 0xFFFFFF).components)
    let black = try #require(Color(hex: 0x000000).components)
    let grey = try #require(Color(hex: 0x767676).components)
    #expect(abs(white.contrast(with: black) - 21) < 1e-9)
    #expect(white.contrast(with: white) == 1)
    #expect(abs(grey.contrast(with: white) - 4.54) < 0.005)
    #expect(grey.contrast(with: white) == white.contrast(with: grey))
  }

  @Test func `difference is nothing for the same and one for black and white`() throws {
    let white = try #require(Color(hex: 0xFFFFFF).components)
    let black = try #require(Color(hex: 0x000000).components)
    #expect(abs(white.difference(from: black) - 1) < 1e-3)
    #expect(white.difference(from: white) == 0)
  }

  @Test func `red and green come together for those without a cone for one of them`() throws {
    let red = try #require(Color(hex: 0xB04030).components)
    let green = try #require(Color(hex: 0x607020).components)
    func difference(_ vision: ColorVision) -> Double {
      vision.seeing(red).difference(from: vision.seeing(green))
    }
    #expect(difference(.deuteranopia) < difference(.full) / 2)
    #expect(difference(.tritanopia) > difference(.full) / 2)
    #expect(ColorVision.full.seeing(red) == red)
  }
}
