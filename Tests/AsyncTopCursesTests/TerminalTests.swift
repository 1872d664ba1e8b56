import Testing

/// Everything that opens a terminal: one after the other, since a process has one at a time.
@Suite(.serialized) enum `A terminal` {}
