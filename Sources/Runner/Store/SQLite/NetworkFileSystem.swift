internal import CLinux

/// What keeps a file on another machine, or behind a program: their locks and their syncs do not
/// hold what SQLite builds on.
enum NetworkFileSystem {
    /// What the file system of this number is called; nil where it is none of these.
    ///
    /// The number is `statfs`'s, whose upper half some machines fill with the sign of the lower.
    static func name(_ number: Int) -> String? { names[number & 0xFFFF_FFFF] }

    /// Which one a directory is on; nil where it is on none, or not there.
    static func name(holding directory: String) -> String? {
        name(unsafe linux_filesystem_type(directory))
    }

    private static let names: [Int: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB",
        0x0102_1997: "9P", 0x6573_5546: "FUSE", 0x5346_414F: "AFS", 0x7375_7245: "Coda",
        0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2",
        0x786F_4256: "a VirtualBox share", 0xBACB_ACBC: "a VMware share",
    ]
}
