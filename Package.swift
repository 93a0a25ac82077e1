// swift-tools-version: 6.2
import PackageDescription

// Each room is a target; the arrows between rooms are the `ours` lists below and nothing else.
// `scripts/build` passes `--explicit-target-dependency-import-check error`, so an arrow that is
// not drawn here does not compile. Sources/README.md says what each room is for.

let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func room(_ name: String, ours: [String] = [], others: [Target.Dependency] = [], resources: [Resource]? = nil)
  -> Target
{
  .target(
    name: name, dependencies: ours.map { .byName(name: $0) } + others, resources: resources,
    swiftSettings: house)
}

func doorstep(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/Doorsteps/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(_ name: String, ours: [String], others: [Target.Dependency] = [], fixtures: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ours.map { .byName(name: $0) } + others, exclude: fixtures, swiftSettings: house
  )
}

let asyncAlgorithms: Target.Dependency = .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let gmime: Target.Dependency = .byName(name: "CGMime")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")

let package = Package(
  name: "patchbay",
  products: [.executable(name: "patchbay", targets: ["patchbay"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Floor 0: words
    room("Conversations"),
    room("Mail", others: ["CGMime", "CGumbo", "CYtnef"]),
    room("Terminal", ours: ["Conversations"]),
    // Floor 1: craft (pure) and edges (thin)
    room("Routing", ours: ["Conversations"]),
    room("Channels", ours: ["Mail", "Conversations"], others: [crypto, cryptoExtras, "CPhone"]),
    room("Storage", ours: ["Conversations"], others: ["CSQLite", "CPostgres"]),
    room("Outbound", ours: ["Conversations"], others: ["CCurl"]),
    // Pretend providers for `patchbay try` and the tests
    room("Rehearsal", ours: ["Conversations"], others: [nioCore, nioPosix, nioHTTP1, crypto]),
    // Floor 2: work
    room("Setup", ours: ["Channels", "Routing", "Conversations"], others: ["Yams", mustache, "CIcal"]),
    room(
      "Desk", ours: ["Storage", "Outbound", "Channels", "Routing", "Conversations"],
      others: [lifecycle, log, crypto]),
    // Floor 3: doors
    room(
      "Gateway", ours: ["Desk", "Channels", "Conversations"],
      others: [hummingbird, asyncAlgorithms, log, nioCore, nioPosix, lifecycle], resources: [.embedInCode("Pages")]),
    .executableTarget(
      name: "patchbay",
      dependencies: [
        "Gateway", "Desk", "Setup", "Storage", "Outbound", "Rehearsal", "Channels", "Routing", "Terminal",
        "Conversations",
        argumentParser, log, lifecycle, signals,
      ],
      swiftSettings: house),
    // Measurements: `swift run -c release bench`
    .executableTarget(
      name: "bench",
      dependencies: [
        "Gateway", "Desk", "Setup", "Storage", "Outbound", "Channels", "Routing", "Conversations", argumentParser, log,
        lifecycle, gmime,
      ],
      swiftSettings: house),

    // What several test targets share
    .target(
      name: "TestSupport", dependencies: ["Storage", "Conversations", "CPostgres"], path: "Tests/Support",
      swiftSettings: house),
    tests("Conversations", ours: ["Conversations"]),
    tests("Mail", ours: ["Mail"]),
    tests("Terminal", ours: ["Terminal", "Conversations"]),
    tests("Routing", ours: ["Routing", "Conversations"]),
    tests("Channels", ours: ["Channels", "Mail", "Conversations"]),
    tests("Storage", ours: ["Storage", "Conversations", "TestSupport"]),
    tests("Outbound", ours: ["Outbound", "Rehearsal", "Conversations"], fixtures: ["Fixtures"]),
    tests("Rehearsal", ours: ["Rehearsal", "Outbound", "Conversations"]),
    tests("Setup", ours: ["Setup", "Channels", "Routing", "Conversations"], fixtures: ["Fixtures"]),
    tests(
      "Desk",
      ours: [
        "Desk", "Storage", "Outbound", "Rehearsal", "Channels", "Routing", "Setup", "Conversations", "TestSupport",
      ],
      others: [log]),
    tests("Gateway", ours: ["Gateway"]),
    tests("CommandLine", ours: ["Conversations", "patchbay"], others: [nioCore, nioPosix, nioHTTP1]),
    tests(
      "EndToEnd", ours: ["Channels", "Conversations", "Outbound", "Rehearsal", "Storage", "TestSupport", "patchbay"]),
    tests("House", ours: []),

    doorstep("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    doorstep("CPostgres", pkgConfig: "libpq", apt: "libpq-dev"),
    doorstep("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    doorstep("CGMime", pkgConfig: "gmime-3.0", apt: "libgmime-3.0-dev"),
    doorstep("CGumbo", pkgConfig: "gumbo", apt: "libgumbo-dev"),
    doorstep("CIcal", pkgConfig: "libical", apt: "libical-dev"),
    doorstep("CYtnef", pkgConfig: "libytnef", apt: "libytnef0-dev"),
    // libphonenumber is C++, without a pkg-config file: this doorstep is compiled, and shows C. Package libphonenumber-dev.
    .target(name: "CPhone", path: "Sources/Doorsteps/CPhone", linkerSettings: [.linkedLibrary("phonenumber")]),
  ],
  cxxLanguageStandard: .cxx17
)
