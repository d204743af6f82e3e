internal import CLinux
internal import Glibc

/// An address to listen on.
struct Endpoint {
    private var storage: sockaddr_storage
    private let length: socklen_t
    private(set) var takesBothFamilies = false

    var family: Int32 { Int32(storage.ss_family) }
    var text: String { Address.text(storage) }

    static var loopback4: Endpoint { version4(UInt32(0x7F00_0001)) }
    static var any4: Endpoint { version4(0) }

    static var loopback6: Endpoint {
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) { unsafe $0[15] = 1 }
        return version6(address)
    }

    static var any6: Endpoint {
        var endpoint = version6(in6_addr())
        endpoint.takesBothFamilies = true
        return endpoint
    }

    /// The addresses of a literal or a name.
    static func resolve(_ name: String, _ host: String) throws(ServerError) -> [Endpoint] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, nil, &hints, &list) == 0 else {
            throw ServerError.unresolved(name, host)
        }
        defer { unsafe freeaddrinfo(list) }
        var endpoints: [Endpoint] = []
        var entry = unsafe list
        while let current = unsafe entry {
            if let address = unsafe current.pointee.ai_addr {
                let length = unsafe current.pointee.ai_addrlen
                endpoints.append(unsafe Endpoint(address, length))
            }
            unsafe entry = current.pointee.ai_next
        }
        return endpoints
    }

    func bind(_ descriptor: Int32, _ port: Int) -> Bool {
        var copy = storage
        return unsafe withUnsafeMutablePointer(to: &copy) { pointer in
            // The port stands at the same place in both families' structures.
            unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe $0.pointee.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
            }
            return unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(descriptor, $0, length) == 0
            }
        }
    }

    static func port(of descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            _ = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
            return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                unsafe Int(UInt16(bigEndian: $0.pointee.sin_port))
            }
        }
    }

    private init(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) {
        storage = sockaddr_storage()
        self.length = length
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(
                from: UnsafeRawBufferPointer(start: address, count: min(Int(length), $0.count))
            )
        }
    }

    private static func version4(_ value: UInt32) -> Endpoint {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = value.bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Endpoint($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func version6(_ value: in6_addr) -> Endpoint {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = value
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Endpoint($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
