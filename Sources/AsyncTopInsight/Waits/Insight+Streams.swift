public import AsyncTopBus

extension Insight {
  /// A stream that holds so many elements is not read as fast as it is written.
  public static let deepStream: UInt32 = 1000

  /// The streams that hold many elements, the fullest first.
  public var deepStreams: [ResourceRecord] {
    snapshot.resources.filter { $0.kind == .stream && $0.depth >= Insight.deepStream }
      .sorted { ($1.depth, $0.id) < ($0.depth, $1.id) }
  }

  /// Who reads a stream and who writes to it, as far as is known: `, read by task 7 “indexer”`.
  public func endsText(of stream: ResourceRecord) -> String {
    [("read by", stream.reader), ("written by", stream.writer)].filter { $0.1 != 0 }
      .map { ", \($0.0) \(label(.task($0.1)))" }.joined()
  }
}
