import AsyncTopBus

// What grows, and what is not seen.
extension WarningCheck {
  /// From so many elements on, a queue that only grows is told.
  static let queueLimit = 100.0

  static let growingQueue = WarningCheck(
    kind: WarningKind(
      "queue-grows", "queue only grows",
      means: "More is put into a queue than is taken from it.",
      foundBy: "queues that hold more than 100 and grew in each third of the last 30s or more",
      advice: "Give the queue a limit, so that who puts waits; or take faster."),
    unit: .count
  ) { input in
    let insight = input.insight
    return insight.snapshot.resources.compactMap { queue in
      guard queue.kind == .queue, queue.capacity == 0 else { return nil }
      let depths = input.resources.depths(of: queue.id)
      guard depths.count >= 30, onlyGrows(depths), Double(queue.depth) >= queueLimit else {
        return nil
      }
      return Finding(
        .resource(queue.id), key: queue.id,
        "\(insight.label(.resource(queue.id))) holds \(queue.depth), \(queue.waiters) wait",
        value: UInt64(queue.depth))
    }
  }

  static let fullStream = WarningCheck(
    kind: WarningKind(
      "stream-full", "stream holds much",
      means: "More is put into an asynchronous stream than is taken from it.",
      foundBy: "streams that hold 1000 elements or more",
      advice: "Give the stream a buffering policy with a limit; or read faster."),
    unit: .count
  ) { input in
    let insight = input.insight
    return insight.deepStreams.prefix(100).map { stream in
      Finding(
        .resource(stream.id), key: stream.id,
        "\(insight.label(.resource(stream.id))) holds \(stream.depth)"
          + insight.endsText(of: stream), value: UInt64(stream.depth))
    }
  }

  /// From so many tasks on, a site that only grows is told.
  static let siteLimit = 20.0

  static let growingSite = WarningCheck(
    kind: WarningKind(
      "site-grows", "site only grows",
      means: "Tasks that were created here come and do not go: they may leak.",
      foundBy: "sites with 20 tasks or more that grew in each third of the last 90s or more",
      advice: "See what they wait for: Enter on the site narrows all views to its tasks."),
    unit: .count
  ) { input in
    let insight = input.insight
    return insight.sites.compactMap { site in
      let alive = input.sites.alive(of: site.site)
      guard site.site != 0, alive.count >= 45, let first = alive.first, onlyGrows(alive),
        Double(site.alive) >= max(siteLimit, 1.5 * first)
      else { return nil }
      let name = insight.siteName(site.site)
      let place = insight.siteLabel(site.site)
      return Finding(
        .site(site.site), key: UInt64(site.site),
        [name, place].filter { !$0.isEmpty }.joined(separator: " ")
          + ", from \(UInt64(saturating: first)) to \(site.alive)", value: UInt64(site.alive))
    }
  }

  /// Whether each third of the values lies above the one before it.
  static func onlyGrows(_ values: [Double]) -> Bool {
    let third = values.count / 3
    guard third > 0 else { return false }
    let (first, middle, last) = (
      values[..<third], values[third..<(2 * third)], values[(2 * third)...]
    )
    guard let a = first.max(), let b = middle.min(), let c = middle.max(), let d = last.min()
    else { return false }
    return a < b && c < d
  }

  static let lostEvents = WarningCheck(
    kind: WarningKind(
      "events-lost", "events lost",
      means: "Events were overwritten before asynctop read them: histories have gaps.",
      foundBy: "what the rings of the program say",
      advice: "Watch less at once, or on a machine with a processor to spare."),
    unit: .count
  ) { input in
    let lost = input.insight.snapshot.losses.events
    return lost == 0
      ? [] : [Finding(nil, key: 0, "\(CompactText.count(lost)) events", value: lost)]
  }

  static let unlisted = WarningCheck(
    kind: WarningKind(
      "unlisted", "not all listed",
      means: "There is more of something than the program has slots for; the rest isn't shown.",
      foundBy: "what found no free slot",
      advice: "Nothing is lost to the program itself; see on Sites what creates so many."),
    unit: .count
  ) { input in
    let losses = input.insight.snapshot.losses
    let parts = [
      (losses.tasks, "tasks"), (losses.groups, "groups"), (losses.timers, "timers"),
      (losses.resources, "resources"), (losses.threads, "threads"),
    ].filter { $0.0 > 0 }
    guard !parts.isEmpty else { return [] }
    return [
      Finding(
        nil, key: 0,
        parts.map { "\(CompactText.count($0.0)) \($0.1)" }.joined(separator: ", ") + " unlisted",
        value: parts.reduce(0) { $0 +| $1.0 })
    ]
  }
}
