// swift-tools-version: 6.2
import PackageDescription

/// The flags that every target of ours is built with.
let flags: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]
let system: [Target.Dependency] = ["CCurl", "CSQLite", "CPostgreSQL", "COpenSSL", "CLinux"]

let package = Package(
    name: "orders",
    products: [.executable(name: "runner", targets: ["RunnerMain"])],
    targets: [
        .systemLibrary(name: "CCurl", path: "Sources/Runner/System/CCurl", pkgConfig: "libcurl"),
        .systemLibrary(
            name: "CSQLite",
            path: "Sources/Runner/System/CSQLite",
            pkgConfig: "sqlite3"
        ),
        .systemLibrary(
            name: "CPostgreSQL",
            path: "Sources/Runner/System/CPostgreSQL",
            pkgConfig: "libpq"
        ),
        .systemLibrary(
            name: "COpenSSL",
            path: "Sources/Runner/System/COpenSSL",
            pkgConfig: "openssl"
        ),
        .systemLibrary(name: "CLinux", path: "Sources/Runner/System/CLinux"),
        .target(name: "Functions", swiftSettings: flags),
        .target(
            name: "Runner",
            dependencies: ["Functions"] + system,
            exclude: ["System", "Main"],
            resources: [
                .embedInCode("Store/Migrations"), .embedInCode("Identity/Provider/realm.json"),
            ],
            swiftSettings: flags + [.strictMemorySafety()]
        ),
        .executableTarget(
            name: "RunnerMain",
            dependencies: ["Runner"],
            path: "Sources/Runner/Main",
            swiftSettings: flags
        ),
        .testTarget(
            name: "FunctionsTests",
            dependencies: ["Functions", "Runner"],
            swiftSettings: flags
        ),
        .testTarget(
            name: "RunnerTests",
            dependencies: ["Functions", "Runner"] + system,
            exclude: ["mail_sink.py"],
            swiftSettings: flags
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: ["Functions", "Runner"] + system,
            exclude: [
                "bars", "chart", "client.py", "collection.py", "confined", "containers",
                "contract", "deployment", "flow.py", "image", "keycloak", "keycloak_client.py",
                "letters.py", "migrate.py", "operation.py", "parity", "processes_end.py",
                "proxy_memory.py", "proxy_upstream.py", "readme.py", "requirements.txt",
                "roles.py", "service.py",
            ],
            swiftSettings: flags
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Functions", "Runner", "CPostgreSQL"],
            swiftSettings: flags
        ),
        .testTarget(name: "StyleTests", swiftSettings: flags),
    ]
)

// Where only the product is built, as for an image, the tests need not be there.
if Context.environment["WITHOUT_TESTS"] != nil {
    package.targets.removeAll { $0.type == .test }
}
