import AsyncTopInsight
import AsyncTopTerminal

/// The lines in front of a node: `│  ├─ `.
enum TreeLines {
  /// The most levels that are drawn; what is deeper is drawn as if it were this deep, after an
  /// ellipsis.
  static let limit = 24

  /// The lines of a row, three columns for each of at most so many levels.
  static func text(
    _ row: TreeRows.Row, in rows: TreeRows, tree: TaskTree, levels: Int, glyphs: GlyphSet
  ) -> String {
    guard row.depth > 0, levels > 0 else { return row.depth > 0 ? "\(glyphs.ellipsis)" : "" }
    var parts = [row.isLast ? glyphs.lastBranch : glyphs.branch]
    var node = tree.owner(of: row.node)
    while parts.count < min(row.depth, levels), let above = node, let line = rows.row(ofNode: above)
    {
      parts.append(rows.rows[line].isLast ? "   " : glyphs.trunk)
      node = tree.owner(of: above)
    }
    if row.depth > levels { parts.append("\(glyphs.ellipsis)") }
    return parts.reversed().joined()
  }

  /// The levels there is room for in a column of some width: half of it.
  static func levels(width: Int) -> Int { min(limit, width / 6) }
}
