import AsyncTopInsight
import AsyncTopTerminal

@testable import AsyncTopDashboard

// What is written in pieces, as a whole.

extension PlainText {
  static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> [String] {
    lines { Self.list(list, insight, options, to: &$0) }
  }

  static func tree(
    _ insight: Insight, _ options: ListOptions = ListOptions(), glyphs: GlyphSet = .unicode
  ) -> [String] {
    lines { tree(insight, options, glyphs: glyphs, to: &$0) }
  }

  static func waits(
    _ insight: Insight, _ options: ListOptions = ListOptions(), glyphs: GlyphSet = .unicode
  ) -> [String] {
    lines { waits(insight, options, glyphs: glyphs, to: &$0) }
  }

  private static func lines(_ body: (inout TextStream) -> Void) -> [String] {
    let text = TextStream.text(body)
    if text.isEmpty { return [] }
    return text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}

extension JSONText {
  static func list<List: EntityList>(
    _ list: List.Type, _ insight: Insight, _ options: ListOptions = ListOptions()
  ) -> String {
    TextStream.text { Self.list(list, insight, options, to: &$0) }
  }

  static func tree(_ insight: Insight, _ options: ListOptions = ListOptions()) -> String {
    TextStream.text { tree(insight, options, to: &$0) }
  }

  static func waits(_ insight: Insight, _ options: ListOptions = ListOptions()) -> String {
    TextStream.text { waits(insight, options, to: &$0) }
  }
}
