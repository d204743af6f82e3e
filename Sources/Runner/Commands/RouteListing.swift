internal import Functions

/// What `runner routes` prints: every function as its declaration has it.
enum RouteListing {
    static func text(_ functions: [Declaration]) -> String {
        let rows = functions.map { declaration in
            let (method, path) = route(declaration)
            return [
                method, path, declaration.name, access(declaration), key(declaration),
                declaration.summary,
            ]
        }
        return TextTable.text(["METHOD", "PATH", "FUNCTION", "WHO", "KEY", "WHAT"], rows)
    }

    private static func route(_ declaration: Declaration) -> (String, String) {
        switch declaration.trigger {
        case .http(let method, let path): (method.rawValue, path)
        case .event(let type): ("event", type)
        }
    }

    private static func access(_ declaration: Declaration) -> String {
        switch declaration.access {
        case .anyone: "anyone"
        case .user: "user, operator"
        case .owner: "owner, operator"
        case .service: "service"
        }
    }

    private static func key(_ declaration: Declaration) -> String {
        switch declaration.idempotency {
        case .key: "yes"
        case .none: "–"
        }
    }
}
