// swift-tools-version: 6.2
import PackageDescription

// RegioHub's three layers, top to bottom: programs, edges, pure. An import may only point down;
// Tests/LayerTests reads this file's helpers and every source, and fails on one that does not.
// docs/architecture.md says why.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // For the linker, which puts together what is used together: see `compact`.
    .unsafeFlags(
        ["-Xfrontend", "-function-sections", "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"],
        .when(configuration: .release)),
]

/// A module that holds rules: value types without clock, thread, I/O, Foundation, logger or randomness.
func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A module that touches exactly one outside thing.
func edge(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// What several edges need of the operating system or of a format, and nothing else.
func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A program: parse, compose, run.
func program(_ name: String, _ dependencies: [Target.Dependency], linking: [LinkerSetting] = []) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings, linkerSettings: linking)
}

/// How the daemon is linked for a hub, so that it starts fast and is small in memory: relative relocations take two
/// bits instead of 24 bytes (DT_RELR, glibc 2.36); the C++ library of the Swift runtime is in the program, which saves
/// the loader 4,000 symbols; the program exports none; what a hub uses of all its code lies side by side
/// (config/link/order).
/// docs/dependencies.md says what that gains.
let compact: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
            "-L\(Context.packageDirectory)/config/link",
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/config/link/regiohubd.order",
            "-Xlinker", "--no-warn-symbol-ordering", "-Xlinker", "--no-export-dynamic",
        ],
        .when(configuration: .release))
]

/// A C library as the system has it; imported by exactly one module.
func system(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], data: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: data, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "RegioHub",
    products: [
        .executable(name: "regiohubd", targets: ["regiohubd"]),
        .executable(name: "hubctl", targets: ["hubctl"]),
        .executable(name: "hubsim", targets: ["hubsim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // Pure
        pure("HubMessages"),
        pure("Recording"),
        pure("Sensing", ["HubMessages"]),
        pure("HubConfiguration", ["HubMessages", "Sensing"]),
        pure("AccessControl", ["HubMessages"]),
        pure("Occupancy", ["HubMessages"]),
        pure("Utilization", ["HubMessages"]),
        pure("Reports", ["HubMessages"]),
        pure("Delivery", ["HubMessages"]),
        pure(
            "Hub",
            [
                "HubMessages", "HubConfiguration", "Sensing", "AccessControl", "Occupancy", "Utilization",
                "Delivery",
            ]),
        pure(
            "Simulation",
            ["AccessControl", "Hub", "HubConfiguration", "HubMessages", "Sensing", "Delivery", "Utilization"]),

        // What several edges need
        .target(name: "CLinux"),
        .target(name: "CTOML"),
        support("LinuxIO", ["CLinux"]),
        support("MessageCoding", ["HubMessages"]),

        // Edges
        system("CEvent", pkgConfig: "libevent_extra", apt: "libevent-dev"),
        system("CGPIOD", pkgConfig: "libgpiod", apt: "libgpiod-dev"),
        system("CMosquitto", pkgConfig: "libmosquitto", apt: "libmosquitto-dev"),
        system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        edge("ConfigurationFile", ["HubConfiguration", "CTOML"]),
        edge("ControlSocket", ["HubMessages", "MessageCoding", "LinuxIO", "CLinux"]),
        edge("Dashboard", ["LinuxIO", "CEvent"]),
        edge("GPIO", ["HubMessages", "LinuxIO", "CGPIOD"]),
        edge("KernelSensors", ["HubConfiguration", "HubMessages", "Sensing", "LinuxIO"]),
        edge("Journal", ["HubMessages", "LinuxIO", "CLinux", "CSQLite", crypto]),
        edge("ServiceManager", ["CLinux"]),
        edge("Uplink", ["HubMessages", "LinuxIO", "CMosquitto"]),
        edge(
            "HubRuntime",
            [
                "AccessControl", "Hub", "HubConfiguration", "HubMessages", "Reports", "Sensing", "Delivery",
                "Utilization",
                "ConfigurationFile", "ControlSocket", "Dashboard", "GPIO", "Journal", "KernelSensors",
                "LinuxIO", "CLinux", "MessageCoding", "ServiceManager", "Uplink", logging, crypto,
            ]),

        // Programs
        program(
            "regiohubd",
            ["HubRuntime", "CLinux", "ConfigurationFile", "HubConfiguration", "HubMessages", logging], linking: compact),
        program(
            "hubctl",
            [
                "AccessControl", "ControlSocket", "HubMessages", "LinuxIO", "MessageCoding", "Recording", "Reports",
                "Sensing", argumentParser, crypto,
            ]),

        // Benchmarks
        .executableTarget(
            name: "hubbench",
            dependencies: [
                "AccessControl", "ConfigurationFile", "Delivery", "GPIO", "Hub", "HubConfiguration", "HubMessages",
                "Journal",
                "LinuxIO", "Sensing", "Uplink", crypto,
            ],
            path: "Benchmarks/hubbench", swiftSettings: settings),

        // Programs
        program("hubsim", ["Simulation", "HubConfiguration", "HubMessages", "ConfigurationFile", argumentParser]),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["ControlSocket", "HubMessages", "MessageCoding", crypto],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests("HubMessagesTests", ["HubMessages", "MessageCoding", "TestSupport"]),
        tests("HubConfigurationTests", ["ConfigurationFile", "HubConfiguration", "HubMessages", "Sensing"]),
        tests("SensingTests", ["Sensing", "HubMessages", "TestSupport"], data: ["Captures"]),
        tests("RecordingTests", ["Recording", "HubMessages"]),
        tests("AccessControlTests", ["AccessControl", "HubMessages", "TestSupport"]),
        tests("OccupancyTests", ["Occupancy", "Sensing", "HubMessages", "TestSupport"]),
        tests("UtilizationTests", ["Utilization", "HubMessages", "Reports", "TestSupport"]),
        tests("ReportsTests", ["Reports", "HubMessages", "MessageCoding", "TestSupport"]),
        tests("DeliveryTests", ["Delivery", "HubMessages", "TestSupport"]),
        tests(
            "HubTests",
            [
                "AccessControl", "Hub", "HubConfiguration", "ConfigurationFile", "Delivery", "Sensing", "HubMessages",
                "Utilization",
            ]),
        tests("SimulationTests", ["Simulation", "ConfigurationFile", "HubConfiguration"]),
        tests("LayerTests", []),
        tests("SchemaTests", ["HubMessages", "MessageCoding"]),
        tests("LinuxIOTests", ["LinuxIO"]),
        tests("ControlSocketTests", ["ControlSocket", "HubMessages", "MessageCoding", "TestSupport"]),
        tests("ServiceManagerTests", ["ServiceManager", "TestSupport"]),
        tests("DashboardTests", ["Dashboard", "TestSupport"]),
        tests(
            "HubRuntimeTests",
            [
                "HubRuntime", "AccessControl", "ConfigurationFile", "GPIO", "HubConfiguration", "HubMessages",
                "Journal", "MessageCoding", "Sensing", "TestSupport",
            ]),
        tests("HubctlTests", ["hubctl", "regiohubd", "HubMessages", "MessageCoding", "TestSupport", crypto]),
        tests("JournalTests", ["Journal", "HubMessages", "LinuxIO", "TestSupport", crypto], data: ["Fixtures"]),
        .executableTarget(
            name: "journalday", dependencies: ["HubMessages", "Journal", "LinuxIO"], path: "Tests/JournalDay",
            swiftSettings: settings),
        tests(
            "PowerCutTests", ["journalday", "Journal", "HubMessages", "LinuxIO", "TestSupport"]),
        tests("UplinkTests", ["Uplink", "HubMessages", "LinuxIO", "TestSupport"]),
        tests(
            "CrashTests",
            ["regiohubd", "ControlSocket", "HubMessages", "Journal", "LinuxIO", "MessageCoding", "TestSupport"]),
        tests(
            "DaemonTests",
            ["regiohubd", "ControlSocket", "HubMessages", "LinuxIO", "MessageCoding", "TestSupport", crypto]),
        tests(
            "KernelSensorsTests",
            ["KernelSensors", "HubConfiguration", "HubMessages", "Sensing", "LinuxIO", "TestSupport"]),
        tests("GPIOTests", ["GPIO", "HubMessages", "LinuxIO"]),
    ],
    cxxLanguageStandard: .cxx17
)
