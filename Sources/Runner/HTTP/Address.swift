internal import CLinux
internal import Glibc

/// An address of the network as text, without its port.
enum Address {
    static func text(_ storage: sockaddr_storage) -> String {
        let isVersion6 = Int32(storage.ss_family) == AF_INET6
        return unsafe withUnsafePointer(to: storage) { pointer in
            if isVersion6 {
                return unsafe pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    unsafe text(version6: $0.pointee.sin6_addr)
                }
            }
            return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                var address = unsafe $0.pointee.sin_addr
                return unsafe text(AF_INET, &address)
            }
        }
    }

    /// An IPv4 client of a listener for both families is shown as what it is.
    private static func text(version6 address: in6_addr) -> String {
        var address = address
        let text = unsafe text(AF_INET6, &address)
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            guard let base = buffer.baseAddress,
                unsafe inet_ntop(family, address, base, 64) != nil
            else { return "" }
            return unsafe String(cString: base)
        }
    }
}
