internal import CLinux
internal import Glibc

/// Why a server cannot start, in words for whoever runs it.
package struct ServerError: Error, CustomStringConvertible, Equatable {
    package let description: String

    static func system(_ what: String, _ code: Int32) -> ServerError {
        ServerError(description: "cannot make \(what): \(reason(code))")
    }

    static func listen(_ name: String, _ address: String, _ port: Int, _ code: Int32) -> ServerError
    {
        let place = "\(address) port \(port)"
        switch code {
        case EADDRINUSE:
            return ServerError(
                description:
                    "the \(name) listener cannot have \(place): another program listens there; "
                    + "stop it or choose another port"
            )
        case EACCES:
            return ServerError(
                description: "the \(name) listener may not have \(place): ports below 1024 need "
                    + "a privilege; choose a port from 1024 up"
            )
        case EADDRNOTAVAIL:
            return ServerError(
                description:
                    "the \(name) listener cannot have \(place): this machine has no such address"
            )
        default:
            return ServerError(
                description: "the \(name) listener cannot have \(place): \(reason(code))"
            )
        }
    }

    static func unresolved(_ name: String, _ host: String) -> ServerError {
        ServerError(
            description: "the \(name) listener's host \"\(host)\" is neither an address nor a name "
                + "that resolves to one"
        )
    }

    private static func reason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
