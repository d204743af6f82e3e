/// Which of Keycloak's paths may be reached from outside.
///
/// A list of what is let through, compared as bytes: nothing is decoded or normalised, so no path
/// can mean one thing here and another at Keycloak.
struct KeycloakProxyPath: Sendable {
    enum Verdict: Equatable {
        /// What follows `/auth`.
        case allowed(ArraySlice<UInt8>)
        case unknown
        case malformed(String)
    }

    private let realm: [UInt8]

    init(realm: String) { self.realm = Array("/realms/\(realm)".utf8) }

    func judge(_ path: ArraySlice<UInt8>) -> Verdict {
        guard path.starts(with: "/auth".utf8) else { return .unknown }
        if let flaw = Self.flaw(path) { return .malformed(flaw) }
        let rest = path.dropFirst(5)
        let isRealm =
            rest.starts(with: realm)
            && (rest.count == realm.count || rest.dropFirst(realm.count).first == UInt8(ascii: "/"))
        return isRealm || rest.starts(with: "/resources/".utf8) ? .allowed(rest) : .unknown
    }

    /// What Keycloak, or a server between, might read otherwise than it stands there.
    private static func flaw(_ path: ArraySlice<UInt8>) -> String? {
        for byte in path {
            switch byte {
            case UInt8(ascii: "%"): return "Write the path without percent-encoding."
            case UInt8(ascii: ";"): return "Leave out the semicolon."
            case UInt8(ascii: "\\"): return "Leave out the backslash."
            case 0...32, 127...255: return "Only printable ASCII may stand in a path."
            default: continue
            }
        }
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for segment in segments.dropFirst().dropLast() where segment.isEmpty {
            return "Leave out the empty segment (//)."
        }
        for segment in segments
        where segment.elementsEqual(".".utf8) || segment.elementsEqual("..".utf8) {
            return "Write the path without . and .. segments."
        }
        return nil
    }
}
