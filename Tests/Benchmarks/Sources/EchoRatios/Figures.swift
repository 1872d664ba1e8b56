/// What was measured of one server under one workload.
struct Figures {
  /// Messages a second; connections, if each has but one.
  var throughput = 0.0
  /// The time a message took to come back, in microseconds.
  var p50 = 0.0
  var p99 = 0.0
  /// Processor time of the server for a message, in microseconds.
  var cost = Double.infinity
  /// Resident memory that a connection adds to the server, in bytes.
  var memory = Double.infinity
  /// Share of its processor that the server uses while every connection is silent.
  var idleShare: Double?
  /// Share of the events that the recorder lost.
  var lost = 0.0

  /// Takes over what another round did better.
  mutating func improve(with other: Figures) {
    if other.throughput > throughput {
      (throughput, p50, p99) = (other.throughput, other.p50, other.p99)
    }
    cost = min(cost, other.cost)
    lost = max(lost, other.lost)
    memory = min(memory, other.memory)
    if let share = other.idleShare { idleShare = min(idleShare ?? share, share) }
  }
}
