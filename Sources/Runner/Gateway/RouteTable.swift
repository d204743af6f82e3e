internal import Functions

/// One path template of the catalog and the functions behind it, by method.
struct Route: Sendable {
    enum Segment: Sendable {
        case literal(ContiguousArray<UInt8>)
        case parameter(String)
    }

    let segments: [Segment]
    var get: Operation?
    var post: Operation?

    /// The methods of the field `Allow`.
    var allow: String {
        var methods: [String] = []
        if get != nil { methods += ["GET", "HEAD"] }
        if post != nil { methods.append("POST") }
        return (methods + ["OPTIONS"]).joined(separator: ", ")
    }

    func operation(_ method: Method) -> Operation? {
        switch method {
        case .get, .head: get
        case .post: post
        default: nil
        }
    }
}

/// What answers one method of one path.
enum Operation: Sendable {
    case function(any BoundFunction)
    /// The OpenAPI document, which the gateway answers itself.
    case document
}

/// The ids that a path names: as they stand there, `me` not yet resolved.
struct PathCaptures: Sendable {
    enum Value: Sendable {
        case uuid(UUID)
        case me
    }

    var values: [(name: String, value: Value)] = []
}

/// Finds the function behind a path: derived from the declarations, compared as bytes.
struct RouteTable: Sendable {
    static let documentPath = "/api/openapi.json"

    private var routes: [Route] = []

    init(_ functions: [any BoundFunction]) {
        insert(Declaration.Method.get, RouteTable.documentPath, .document)
        for function in functions {
            guard case .http(let method, let path) = function.declaration.trigger else { continue }
            insert(method, path, .function(function))
        }
    }

    /// The one route of a function in a process of its own; events are sent to `/`.
    init(alone function: any BoundFunction) {
        switch function.declaration.trigger {
        case .http(let method, let path): insert(method, path, .function(function))
        case .event: insert(.post, "/", .function(function))
        }
    }

    /// Nil where no path of the contract matches: percent-encoded paths, trailing slashes and
    /// malformed ids among them.
    func match(_ path: ArraySlice<UInt8>) -> (route: Route, captures: PathCaptures)? {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.first?.isEmpty == true else { return nil }
        for route in routes where route.segments.count == parts.count - 1 {
            if let captures = match(route, parts.dropFirst()) { return (route, captures) }
        }
        return nil
    }

    private func match(_ route: Route, _ parts: ArraySlice<ArraySlice<UInt8>>) -> PathCaptures? {
        var captures = PathCaptures()
        for (segment, part) in zip(route.segments, parts) {
            switch segment {
            case .literal(let text):
                guard part.elementsEqual(text) else { return nil }
            case .parameter(let name):
                if name == "userId", route.allowsMe, part.elementsEqual("me".utf8) {
                    captures.values.append((name, .me))
                } else if let uuid = UUID(part) {
                    captures.values.append((name, .uuid(uuid)))
                } else {
                    return nil
                }
            }
        }
        return captures
    }

    private mutating func insert(
        _ method: Declaration.Method,
        _ path: String,
        _ operation: Operation
    ) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let segments = parts.map { text -> Route.Segment in
            text.hasPrefix("{")
                ? .parameter(String(text.dropFirst().dropLast()))
                : .literal(ContiguousArray(text.utf8))
        }
        let index =
            routes.firstIndex { RouteTable.isSame($0.segments, segments) }
            ?? {
                routes.append(Route(segments: segments))
                return routes.count - 1
            }()
        switch method {
        case .get: routes[index].get = operation
        case .post: routes[index].post = operation
        }
    }

    private static func isSame(_ left: [Route.Segment], _ right: [Route.Segment]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy {
                switch ($0, $1) {
                case (.literal(let a), .literal(let b)): a == b
                case (.parameter(let a), .parameter(let b)): a == b
                default: false
                }
            }
    }
}

extension Route {
    /// Callers of a service have no account of their own that `me` could name.
    fileprivate var allowsMe: Bool {
        for case .function(let function) in [get, post].compactMap({ $0 })
        where function.declaration.access == .service { return false }
        return true
    }
}
