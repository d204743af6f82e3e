import Testing

@testable import Runner

/// Where a file may lie, and with which SQLite.
struct StoreFilePlaceTests {
    @Test(
        arguments: [
            (0x6969, "NFS"), (0x517B, "SMB"), (0xFF53_4D42, "CIFS"), (0xFE53_4D42, "SMB"),
            (0x0102_1997, "9P"), (0x6573_5546, "FUSE"), (0x5346_414F, "AFS"), (0x00C3_6400, "Ceph"),
            (0xBACB_ACBC, "a VMware share"),
            // The same numbers where `statfs` answers 32 bits with a sign.
            (Int(Int32(bitPattern: 0xFF53_4D42)), "CIFS"),
            (Int(Int32(bitPattern: 0xFE53_4D42)), "SMB"),
            // ext4, tmpfs, overlay, XFS, btrfs, ZFS; and a directory that is not there.
            (0xEF53, nil), (0x0102_1994, nil), (0x794C_7630, nil), (0x5846_5342, nil),
            (0x9123_683E, nil), (0x2FC1_2FC1, nil), (-1, nil),
        ] as [(Int, String?)]
    )
    func `a network's file system is known by its number`(number: Int, name: String?) {
        #expect(NetworkFileSystem.name(number) == name)
    }

    @Test func `the refusal names the directory, its file system and what to set`() {
        #expect(
            StoreFile.refusal(of: "/srv/orders", on: "NFS").description
                == "the store must lie on a disk of this machine, but /srv/orders is on NFS, "
                + "whose locks cannot be relied upon: set DATA_DIR to another place"
        )
        let finding = DatabaseDoctor.refusal(of: "/srv/orders", on: "NFS")
        #expect(finding.verdict == .failure)
        #expect(finding.text == "\"/srv/orders\" is on NFS, no disk of this machine")
        #expect(finding.advice?.hasPrefix("Set DATA_DIR to a local disk") == true)
    }

    @Test func `a disk of this machine is taken`() throws {
        #expect(NetworkFileSystem.name(holding: "/proc") == nil)
        #expect(NetworkFileSystem.name(holding: "/not/there") == nil)
        try StoreFile.refuseNetworkFileSystem(of: "/proc/orders.db")
    }

    @Test(
        arguments: [
            (3_006_000, false), (3_006_023, false), (3_007_000, true), (3_040_001, true),
            (3_044_005, true), (3_044_006, false), (3_044_999, false), (3_045_000, true),
            (3_050_006, true), (3_050_007, false), (3_051_000, true), (3_051_002, true),
            (3_051_003, false), (3_052_000, false),
        ] as [(Int32, Bool)]
    )
    func `versions of SQLite with the reset bug are known`(version: Int32, hasBug: Bool) {
        #expect(StoreOpening.hasResetBug(version) == hasBug)
        let finding = DatabaseDoctor.version(version, "3")
        #expect(finding.text.contains("WAL-reset bug") == hasBug)
        #expect(finding.verdict == .fine)
    }
}
