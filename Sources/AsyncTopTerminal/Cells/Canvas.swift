/// A part of a picture, to draw on in coordinates of its own.
///
/// A view gets a canvas, sees only its ``size``, and can't draw outside: everything is clipped.
/// ``inside(_:_:)`` lends a part of the part to another view. Text is made safe as it is written
/// (``TextGlyphs``), so a view may write untrusted names as they are.
///
/// ```swift
/// let picture = CellGrid(size: Size(columns: 20, rows: 3)) { canvas in
///   canvas.box(style: .plain, title: "tasks")
///   canvas.inside(Rect(size: canvas.size).inset(columns: 1, rows: 1)) { inner in
///     inner.write("fetch", at: .zero, style: Style(foreground: .palette(2)))
///   }
/// }
/// ```
public struct Canvas: Sendable {
  /// The whole picture, of which this canvas may be a part.
  public private(set) var grid: CellGrid
  /// The characters that lines, bars and ellipses are drawn with.
  public let glyphs: GlyphSet
  /// This part, in coordinates of the grid; may reach over its edges.
  private var bounds: Rect
  /// What of this part can be drawn on, in coordinates of the grid.
  private var clip: Rect

  /// Makes a canvas that is a whole picture.
  public init(size: Size, glyphs: GlyphSet = .unicode, style: Style = .plain) {
    grid = CellGrid(size: size, filledWith: Cell(.space, style: style))
    self.glyphs = glyphs
    bounds = Rect(size: size)
    clip = bounds
  }

  /// The extent of this part.
  public var size: Size { bounds.size }

  /// The whole of this part, in its own coordinates.
  public var area: Rect { Rect(size: bounds.size) }

  /// Draws on a part of this canvas, in coordinates that start at the part's corner.
  ///
  /// - Parameters:
  ///   - part: The part, in coordinates of this canvas; what of it lies outside is not drawn.
  ///   - draw: Draws; after it returns, this canvas is as it was but for the picture.
  /// - Returns: What `draw` returned.
  @discardableResult
  public mutating func inside<Result>(
    _ part: Rect, _ draw: (inout Canvas) throws -> Result
  ) rethrows -> Result {
    let outer = (bounds, clip)
    defer { (bounds, clip) = outer }
    bounds = part.moved(by: bounds.origin)
    clip = clip.intersection(bounds)
    return try draw(&self)
  }

  /// Draws one glyph; a wide one that is cut by an edge becomes a space.
  public mutating func put(_ glyph: Glyph, at point: Point, style: Style) {
    let row = point.row + bounds.top
    let column = point.column + bounds.left
    guard row >= clip.top, row < clip.bottom else { return }
    if glyph.width == 2 {
      if column >= clip.left, column + 1 < clip.right {
        place(Cell(glyph, style: style), column, row)
        place(Cell(.continuation, style: style), column + 1, row)
        return
      }
      for half in column...column + 1 where half >= clip.left && half < clip.right {
        place(Cell(.space, style: style), half, row)
      }
    } else if glyph.width == 1, column >= clip.left, column < clip.right {
      place(Cell(glyph, style: style), column, row)
    }
  }

  /// Changes the style of cells and leaves what they show: for a selected or a dimmed row.
  public mutating func restyle(_ part: Rect? = nil, _ change: (Style) -> Style) {
    let visible = clip.intersection((part ?? area).moved(by: bounds.origin))
    for row in visible.top..<visible.bottom {
      for column in visible.left..<visible.right {
        grid[column, row].style = change(grid[column, row].style)
      }
    }
  }

  /// Stores a cell; the other half of a wide glyph that was there becomes a space.
  private mutating func place(_ cell: Cell, _ column: Int, _ row: Int) {
    let old = grid[column, row].glyph
    if old.isContinuation, !cell.glyph.isContinuation, column > 0 {
      grid[column - 1, row].glyph = .space
    } else if old.width == 2, column + 1 < grid.size.columns {
      grid[column + 1, row].glyph = .space
    }
    grid[column, row] = cell
  }
}
