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

  /// What a cell shows; a space outside.
  func glyph(at point: Point) -> Glyph {
    let (row, column) = (point.row + bounds.top, point.column + bounds.left)
    guard row >= clip.top, row < clip.bottom, column >= clip.left, column < clip.right else {
      return .space
    }
    return grid[column, row].glyph
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

extension Canvas {
  /// Fills a part, or all, with one glyph.
  public mutating func fill(_ part: Rect? = nil, with glyph: Glyph = .space, style: Style) {
    let visible = area.intersection(part ?? area)
    for row in visible.top..<visible.bottom {
      for column in visible.left..<visible.right {
        put(glyph, at: Point(column: column, row: row), style: style)
      }
    }
  }

  /// Draws a line to the right.
  public mutating func horizontalLine(at point: Point, columns: Int, style: Style) {
    fill(
      Rect(origin: point, size: Size(columns: columns, rows: 1)), with: glyphs.horizontal,
      style: style)
  }

  /// Draws a line downwards.
  public mutating func verticalLine(at point: Point, rows: Int, style: Style) {
    fill(
      Rect(origin: point, size: Size(columns: 1, rows: rows)), with: glyphs.vertical,
      style: style)
  }

  /// Draws a border around a part, or around all, with a title in its upper line.
  ///
  /// - Parameters:
  ///   - part: What the border is the edge of; nothing is drawn if it is less than 2 × 2.
  ///   - style: How the border is drawn.
  ///   - title: What stands in the upper line, shortened to fit.
  ///   - titleStyle: How the title is drawn; as the border if it isn't given.
  public mutating func box(
    _ part: Rect? = nil, style: Style, title: String = "", titleStyle: Style? = nil
  ) {
    let rect = part ?? area
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    let (left, top, right, bottom) = (rect.left, rect.top, rect.right - 1, rect.bottom - 1)
    let inner = (columns: rect.columns - 2, rows: rect.rows - 2)
    for row in [top, bottom] {
      horizontalLine(
        at: Point(column: left + 1, row: row), columns: inner.columns, style: style)
    }
    for column in [left, right] {
      verticalLine(at: Point(column: column, row: top + 1), rows: inner.rows, style: style)
    }
    put(glyphs.topLeft, at: Point(column: left, row: top), style: style)
    put(glyphs.topRight, at: Point(column: right, row: top), style: style)
    put(glyphs.bottomLeft, at: Point(column: left, row: bottom), style: style)
    put(glyphs.bottomRight, at: Point(column: right, row: bottom), style: style)
    guard !title.isEmpty, inner.columns >= 5 else { return }
    let shown = SafeText.truncated(title, to: inner.columns - 4, ellipsis: glyphs.ellipsis)
    write(" \(shown) ", at: Point(column: left + 2, row: top), style: titleStyle ?? style)
  }
}

extension Canvas {
  /// Writes a text from a point to the right until it or the canvas ends.
  ///
  /// - Parameters:
  ///   - text: Anything; it is made safe.
  ///   - point: Where it starts; may lie outside.
  ///   - style: How it is drawn.
  /// - Returns: The columns from the point to where the next text would go on; what lies beyond the
  ///   right edge isn't counted.
  @discardableResult
  public mutating func write(_ text: String, at point: Point, style: Style) -> Int {
    guard point.row >= 0, point.row < size.rows else { return 0 }
    var column = point.column
    for glyph in TextGlyphs(text) {
      guard column < size.columns else { break }
      put(glyph, at: Point(column: column, row: point.row), style: style)
      column += glyph.width
    }
    return max(0, min(column, size.columns) - point.column)
  }

  /// Writes a text from the top left on, in as many lines as it needs, broken between words.
  public mutating func write(lines text: String, style: Style) {
    var place = Point.zero
    for word in text.split(separator: " ").map(String.init) {
      if place.column > 0, place.column + SafeText.columns(of: word) > size.columns {
        place = Point(column: 0, row: place.row + 1)
      }
      let written = write(word, at: place, style: style)
      place = Point(column: place.column + written + 1, row: place.row)
    }
  }

  /// Writes a text into a field of fixed width: cut with an ellipsis, or padded with spaces.
  ///
  /// - Parameters:
  ///   - text: Anything; it is made safe.
  ///   - point: Where the field starts.
  ///   - width: The columns of the field; all are drawn.
  ///   - style: How the field is drawn.
  ///   - alignment: Where the text stands if it is shorter than the field.
  ///   - truncation: Which end is lost if it is longer.
  public mutating func write(
    _ text: String, at point: Point, width: Int, style: Style,
    alignment: TextAlignment = .left, truncation: Truncation = .end
  ) {
    guard width > 0, point.row >= 0, point.row < size.rows else { return }
    let fitting = SafeText.fitting(
      text, columns: width, truncation: truncation, ellipsis: glyphs.ellipsis)
    let space = width - fitting.columns
    let before =
      switch alignment {
      case .left: 0
      case .center: space / 2
      case .right: space
      }
    fill(Rect(column: point.column, row: point.row, columns: before, rows: 1), style: style)
    var column = point.column + before
    for glyph in fitting.glyphs {
      put(glyph, at: Point(column: column, row: point.row), style: style)
      column += glyph.width
    }
    fill(
      Rect(column: column, row: point.row, columns: space - before, rows: 1), style: style)
  }
}

extension Canvas {
  /// Draws a framed window in the middle, over what is there, and its content.
  ///
  /// - Parameters:
  ///   - size: The extent with the frame; made smaller where it doesn't fit.
  ///   - title: What stands in the upper line.
  ///   - style: How the window is filled.
  ///   - borderStyle: How the frame is drawn.
  ///   - titleStyle: How the title is drawn.
  ///   - content: Draws what is inside the frame and a space at each side.
  public mutating func popup(
    _ size: Size, title: String, style: Style, borderStyle: Style, titleStyle: Style,
    _ content: (inout Canvas) -> Void
  ) {
    inside(area.centered(size)) { window in
      window.fill(style: style)
      window.box(style: borderStyle, title: title, titleStyle: titleStyle)
      window.inside(window.area.inset(columns: 2, rows: 1), content)
    }
  }
}
