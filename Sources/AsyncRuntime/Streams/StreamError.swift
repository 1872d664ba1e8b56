/// A stream can't go on.
@nonexhaustive
public enum StreamError: Error, Equatable, CustomStringConvertible {
  /// The stream was closed on this side.
  case closed
  /// The other end sent no more, but more was expected: what it sent of that, and how many bytes
  /// were expected, where that is known.
  case incomplete(partial: [UInt8], expected: Int?)
  /// What was looked for does not come within the line limit of the reader. How many bytes are
  /// there without it, or before it; they stay in the reader.
  case overLimit(consumed: Int)
  /// A line is longer than the line limit of the reader, and was dropped as far as it had come.
  case lineTooLong(limit: Int)
  /// More output came than `communicate` was to take; how many bytes of each stream that was.
  case tooMuchOutput(limit: Int)
  /// Another task waits for the same reader.
  case alreadyReading
  /// Less than no bytes were asked for; how many.
  case negativeCount(Int)
  /// There is no separator to look for, or one without bytes.
  case emptySeparator

  /// For people.
  public var description: String {
    switch self {
    case .closed: "the stream is closed"
    case .incomplete(let partial, let expected?):
      "the other end closed after \(partial.count) of \(expected) bytes"
    case .incomplete(let partial, nil):
      "the other end closed after \(partial.count) bytes, without the separator"
    case .overLimit(let consumed): "no separator within the limit: \(consumed) bytes are there"
    case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
    case .tooMuchOutput(let limit): "more output came than \(limit) bytes"
    case .alreadyReading: "another task reads from this stream"
    case .negativeCount(let count): "\(count) bytes were asked for"
    case .emptySeparator: "a separator has at least one byte"
    }
  }
}
