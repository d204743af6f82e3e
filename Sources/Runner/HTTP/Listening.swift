internal import CLinux
internal import Glibc

/// Opens the listening sockets of a server.
///
/// Never with SO_REUSEPORT: a second process on the same port is refused, not given half of the
/// connections.
enum Listening {
    struct Bound {
        var descriptors: [Int32] = []
        var addresses: [String] = []
        var port = 0
        /// Both families were wanted, and the machine has one.
        var lacksVersion6 = false
    }

    private static let backlog: Int32 = 1024
    private static let attempts = 16

    static func open(_ name: String, host: String, port: Int) throws(ServerError) -> Bound {
        switch host {
        case "localhost": return try openBoth(name, port)
        case "::": return try openAny(name, port)
        default:
            var bound = Bound()
            bound.port = port
            for endpoint in try Endpoint.resolve(name, host) {
                do throws(ServerError) {
                    try bind(endpoint, name, &bound)
                } catch {
                    closeAll(bound)
                    throw error
                }
            }
            return bound
        }
    }

    /// 127.0.0.1 and ::1 on the same port, or the one that is there.
    private static func openBoth(_ name: String, _ port: Int) throws(ServerError) -> Bound {
        for attempt in 1...attempts {
            var bound = Bound()
            bound.port = port
            let first = attemptBind(.loopback4, name, &bound)
            let second = attemptBind(.loopback6, name, &bound)
            let failures = [first, second].compactMap { $0 }
            if failures.allSatisfy(\.isAbsent), !bound.descriptors.isEmpty { return bound }
            closeAll(bound)
            // Any port would do, and the second address has this one taken: another, then.
            let isUnlucky = port == 0 && attempt < attempts && failures.contains(where: \.isTaken)
            if isUnlucky { continue }
            guard let failure = failures.first(where: { !$0.isAbsent }) ?? failures.first else {
                continue
            }
            throw failure.error
        }
        throw ServerError.listen(name, "localhost", port, EADDRINUSE)
    }

    /// Both families by one socket; where there is no IPv6, IPv4 alone.
    private static func openAny(_ name: String, _ port: Int) throws(ServerError) -> Bound {
        var bound = Bound()
        bound.port = port
        guard let failure = attemptBind(.any6, name, &bound) else { return bound }
        guard failure.isAbsent else { throw failure.error }
        try bind(.any4, name, &bound)
        bound.lacksVersion6 = true
        return bound
    }

    private struct Failure {
        let code: Int32
        let error: ServerError
        /// The machine has no such address or family.
        var isAbsent: Bool { code == EADDRNOTAVAIL || code == EAFNOSUPPORT }
        var isTaken: Bool { code == EADDRINUSE }
    }

    private static func attemptBind(
        _ endpoint: Endpoint,
        _ name: String,
        _ bound: inout Bound
    ) -> Failure? {
        do throws(ServerError) {
            try bind(endpoint, name, &bound)
            return nil
        } catch {
            return Failure(code: errno, error: error)
        }
    }

    private static func bind(
        _ endpoint: Endpoint,
        _ name: String,
        _ bound: inout Bound
    ) throws(ServerError) {
        let descriptor = linux_stream_socket(endpoint.family)
        guard descriptor >= 0 else {
            throw ServerError.listen(name, endpoint.text, bound.port, errno)
        }
        _ = linux_set_reuse_address(descriptor)
        // Accepted connections inherit it.
        _ = linux_set_no_delay(descriptor)
        if endpoint.family == AF_INET6 {
            _ = linux_set_ipv6_only(descriptor, endpoint.takesBothFamilies ? 0 : 1)
        }
        guard endpoint.bind(descriptor, bound.port), listen(descriptor, backlog) == 0 else {
            let code = errno
            _ = Glibc.close(descriptor)
            errno = code
            throw ServerError.listen(name, endpoint.text, bound.port, code)
        }
        bound.descriptors.append(descriptor)
        bound.addresses.append(endpoint.text)
        bound.port = Endpoint.port(of: descriptor)
    }

    private static func closeAll(_ bound: Bound) {
        for descriptor in bound.descriptors { _ = Glibc.close(descriptor) }
    }
}
