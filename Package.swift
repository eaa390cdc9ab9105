// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is held to the same rules; a warning is an error.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "jalon",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "jalon", targets: ["jalon"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibyaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Holds `schema.sql`, its reference data, its steps and `openapi.yaml`, embedded from the top level so that the binary stands alone.
        .target(name: "CResources"),
        .target(
            name: "Postgres",
            dependencies: [
                "CLibpq",
                "Cryptography",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(name: "ActionPlans", swiftSettings: strict),
        .target(name: "Cryptography", dependencies: ["CLibcrypto"], swiftSettings: strict),
        .target(name: "OutgoingHTTP", dependencies: ["CLibcurl"], swiftSettings: strict),
        .target(
            name: "Documents",
            dependencies: ["ActionPlans", "CLibyaml"],
            swiftSettings: strict
        ),
        .target(
            name: "JalonServer",
            dependencies: [
                "ActionPlans",
                "CResources",
                "CZlib",
                "Cryptography",
                "Documents",
                "Postgres",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "jalon",
            dependencies: [
                "ActionPlans",
                "Documents",
                "JalonServer",
                "OutgoingHTTP",
                "Postgres",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        // A PostgreSQL that a test may stop and kill.
        .target(name: "PrivatePostgres", path: "Tests/PrivatePostgres", swiftSettings: strict),
        // Randomness that can be replayed.
        .target(name: "RandomSeed", path: "Tests/RandomSeed", swiftSettings: strict),
        // A database of schema version 1, to be upgraded.
        .target(
            name: "VersionOne",
            dependencies: ["CZlib", "Postgres"],
            path: "Tests/VersionOne",
            exclude: ["README.md", "Fixture", "Making"],
            swiftSettings: strict
        ),
        .testTarget(name: "ActionPlansTests", dependencies: ["ActionPlans", "RandomSeed"], swiftSettings: strict),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: strict),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["Postgres", "PrivatePostgres", "RandomSeed", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "ActionPlans",
                "Documents",
                "JalonServer",
                "Postgres",
                "PrivatePostgres",
                "RandomSeed",
                "VersionOne",
                "jalon",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "JalonServerTests",
            dependencies: [
                "ActionPlans",
                "CLibyaml",
                "CZlib",
                "Cryptography",
                "Documents",
                "JalonServer",
                "OutgoingHTTP",
                "Postgres",
                "PrivatePostgres",
                "RandomSeed",
                "VersionOne",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
