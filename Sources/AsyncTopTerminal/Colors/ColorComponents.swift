/// A colour as red, green and blue light, each from 0 to 1 and proportional to the light's power.
public struct ColorComponents: Hashable, Sendable {
  /// Red light.
  public let red: Double
  /// Green light.
  public let green: Double
  /// Blue light.
  public let blue: Double

  /// Makes a colour from its light.
  public init(red: Double, green: Double, blue: Double) {
    self.red = min(max(red, 0), 1)
    self.green = min(max(green, 0), 1)
    self.blue = min(max(blue, 0), 1)
  }

  /// Makes a colour from its sRGB bytes (IEC 61966-2-1).
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.init(
      red: ColorComponents.linear(red), green: ColorComponents.linear(green),
      blue: ColorComponents.linear(blue))
  }

  /// How bright the colour is to the eye, from 0 to 1 (WCAG 2.2, relative luminance).
  public var luminance: Double { 0.2126 * red + 0.7152 * green + 0.0722 * blue }

  /// Returns the contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio).
  public func contrast(with other: ColorComponents) -> Double {
    let (a, b) = (luminance + 0.05, other.luminance + 0.05)
    return max(a, b) / min(a, b)
  }

  /// Returns how different two colours look.
  ///
  /// It is the distance in Oklab (Björn Ottosson, “A perceptual color space”, 2020): black and
  /// white are 1 apart; below about 0.02 nobody sees a difference.
  public func difference(from other: ColorComponents) -> Double {
    let (a, b) = (oklab, other.oklab)
    let (light, greenRed, blueYellow) = (a.0 - b.0, a.1 - b.1, a.2 - b.2)
    return (light * light + greenRed * greenRed + blueYellow * blueYellow).squareRoot()
  }

  private var oklab: (Double, Double, Double) {
    let long = root(3, of: 0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    let medium = root(3, of: 0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    let short = root(3, of: 0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
      0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
      1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
      0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    )
  }

  /// One sRGB byte as light.
  private static func linear(_ byte: UInt8) -> Double {
    let value = Double(byte) / 255
    guard value > 0.04045 else { return value / 12.92 }
    let base = (value + 0.055) / 1.055
    return base * base * root(5, of: base * base)  // base ^ 2.4
  }
}

/// The nth root of a number from 0 to 1, by Newton's method: the module imports no mathematics.
private func root(_ degree: Int, of value: Double) -> Double {
  guard value > 0 else { return 0 }
  var guess = 1.0
  for _ in 0..<60 {
    var power = 1.0
    for _ in 1..<degree { power *= guess }
    let next = guess - (guess - value / power) / Double(degree)
    if abs(next - guess) < 1e-12 { return next }
    guess = next
  }
  return guess
}

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
