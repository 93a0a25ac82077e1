import Conversations
import Desk
import Foundation
import TestSupport
import Testing

/// Whether a report can be read: by eyes in the dark, by screen readers, on a telephone.
@Suite("Reports that can be read") struct ReportSightTests {
  private static let monday = ("2026-03-09T00:00:00+08:00", "2026-03-10T00:00:00+08:00")

  private func page(_ engine: TestEngine, language: String = "en") async throws -> String {
    var page = ""
    try await withBench(engine) { (bench) async throws in
      let scene = Scene(bench)
      scene.at("2026-03-09T10:00:00+08:00")
      try await scene.mail("我要申请退款", from: "li")
      try await scene.mail("我要申請退款，請問錢什麼時候會到帳？謝謝您的幫忙", from: "lin")
      scene.at("2026-03-09T15:00:00+08:00")
      try await scene.mail("أريد استرداد أموالي من فضلك، لقد دفعت مرتين", from: "ali")
      scene.at("2026-03-10T10:00:00+08:00")
      page = try await scene.text(Self.monday.0, Self.monday.1, format: "html", language: language)
    }
    return page
  }

  @Test("languages have names, in the report's language", arguments: TestEngine.all)
  func languages(engine: TestEngine) async throws {
    let (english, chinese) = (try await page(engine), try await page(engine, language: "zh"))
    for name in ["Traditional Chinese", "Arabic", "Chinese"] {
      #expect(english.contains("<th scope=\"row\">\(name)</th>"), "\(name)")
    }
    for name in ["繁体中文", "阿拉伯语", "中文"] { #expect(chinese.contains("<th scope=\"row\">\(name)</th>"), "\(name)") }
    for code in ["ar", "zh", "zh-Hant"] { #expect(!english.contains(">\(code)<") && !chinese.contains(">\(code)<")) }
  }

  @Test("each mark of a chart and each footnote says what it is, and tables are tables")
  func labels() async throws {
    let page = try await page(.sqlite)
    #expect(page.contains("role=\"listitem\" aria-label=\"Mon 10:00: 2\"><title>Mon 10:00: 2</title>"))
    #expect(page.contains("role=\"listitem\" aria-label=\"15: 1\""))
    #expect(page.contains("aria-label=\"Definition 1\">[1]</a>"))
    let tables = page.ranges(of: "<table ").count
    #expect(tables > 5 && tables == page.ranges(of: "<table aria-label=\"").count)
    #expect(!page.contains("role=\"group\"") && !page.contains("<table role"))
    // What is wide scrolls in a box of its own instead of shrinking until nobody can read it.
    for place in page.ranges(of: "<svg class=\"wide\"") {
      #expect(page[..<place.lowerBound].hasSuffix("\">") && page[..<place.lowerBound].suffix(200).contains("scroll"))
    }
  }

  /// WCAG 2.2 §1.4.3: 4.5 to 1, between the number and the fullest and the emptiest cell.
  @Test("the numbers of the heat map stand out from their cells, on light, dark and paper")
  func contrast() async throws {
    let page = try await page(.sqlite)
    let strengths = page.matches(of: #/fill-opacity="(\.\d\d)"/#).compactMap { Double("0\($0.output.1)") }
    #expect(strengths.max() ?? 0 > 0.5)
    let schemes = page.matches(of: #/:root\{([^}]*--ink:[^}]*)\}/#).map { String($0.output.1) }
    #expect(schemes.count == 3)
    for scheme in schemes {
      let (ink, cold) = (try colour("ink", scheme), try colour("cold", scheme))
      let heat = try colour("heat", scheme)
      for strength in strengths + [0.2] {
        let cell = zip(heat, cold).map { $0 * strength + $1 * (1 - strength) }
        let light = [luminance(ink), luminance(cell)].sorted()
        #expect((light[1] + 0.05) / (light[0] + 0.05) >= 4.5, "\(scheme) at \(strength)")
      }
    }
  }

  private func colour(_ name: String, _ scheme: String) throws -> [Double] {
    let parts = scheme.split(separator: ";").first { $0.hasPrefix("--\(name):#") }
    let digits = try #require(parts).drop { $0 != "#" }.dropFirst()
    let long = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
    return stride(from: 0, to: 6, by: 2).map { start in
      Double(Int(long.dropFirst(start).prefix(2), radix: 16) ?? 0)
    }
  }

  /// WCAG 2.2, “relative luminance”.
  private func luminance(_ colour: [Double]) -> Double {
    zip(colour, [0.2126, 0.7152, 0.0722]).reduce(0) { $0 + linear($1.0 / 255) * $1.1 }
  }

  private func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
}
