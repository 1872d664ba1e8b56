/// Where one can wait: a waiter can be fetched from there when it is cancelled.
protocol WaitPlace: AnyObject {
  /// Ends a wait because the waiter is cancelled. Either wakes it as cancelled, or cancels what it
  /// waits for so that it wakes because of that.
  ///
  /// - Returns: False if there is nothing to end, since what it waits for has happened already.
  func cancelWait(of waiter: Waiter) -> Bool
}
