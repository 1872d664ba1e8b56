/// How people see colours.
public enum ColorVision: Hashable, Sendable, CaseIterable {
  /// With all three cones.
  case full
  /// Without the cones for long waves.
  case protanopia
  /// Without the cones for medium waves.
  case deuteranopia
  /// Without the cones for short waves.
  case tritanopia

  /// Returns a colour as it is seen.
  ///
  /// The matrices are those for severity 1.0 of Machado, Oliveira and Fernandes, “A
  /// Physiologically-based Model for Simulation of Color Vision Deficiency”, 2009.
  public func seeing(_ color: ColorComponents) -> ColorComponents {
    let rows = matrix
    func mix(_ row: (Double, Double, Double)) -> Double {
      row.0 * color.red + row.1 * color.green + row.2 * color.blue
    }
    return ColorComponents(red: mix(rows.0), green: mix(rows.1), blue: mix(rows.2))
  }

  private typealias Row = (Double, Double, Double)

  private var matrix: (Row, Row, Row) {
    switch self {
    case .full: ((1, 0, 0), (0, 1, 0), (0, 0, 1))
    case .protanopia:
      (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998)
      )
    case .deuteranopia:
      (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881)
      )
    case .tritanopia:
      (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900)
      )
    }
  }
}
