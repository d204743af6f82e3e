internal import Functions

/// One path template of the catalog and the functions behind it, by method.
final class Route: Sendable {
    enum Segment: Sendable {
        case literal(ContiguousArray<UInt8>)
        case parameter(String)
    }

    let segments: [Segment]
    private let get: Operation?
    private let post: Operation?
    /// Callers of a service have no account of their own that `me` could name.
    private let allowsMe: Bool

    init(_ segments: [Segment], get: Operation?, post: Operation?) {
        self.segments = segments
        self.get = get
        self.post = post
        allowsMe = [get, post].allSatisfy { operation in
            guard case .function(let function) = operation else { return true }
            return function.declaration.access != .service
        }
    }

    /// The methods of the field `Allow`.
    var allow: String {
        var methods: [String] = []
        if get != nil { methods += ["GET", "HEAD"] }
        if post != nil { methods.append("POST") }
        return (methods + ["OPTIONS"]).joined(separator: ", ")
    }

    /// The same path with one more operation.
    func adding(_ operation: Operation, _ method: Declaration.Method) -> Route {
        switch method {
        case .get: Route(segments, get: operation, post: post)
        case .post: Route(segments, get: get, post: operation)
        }
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
    case function(BoundFunction)
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

    init(_ functions: [BoundFunction]) {
        insert(Declaration.Method.get, RouteTable.documentPath, .document)
        for function in functions {
            guard case .http(let method, let path) = function.declaration.trigger else { continue }
            insert(method, path, .function(function))
        }
    }

    /// Nil where no path of the contract matches: percent-encoded paths, trailing slashes and
    /// malformed ids among them.
    func match(_ path: ArraySlice<UInt8>) -> (route: Route, captures: PathCaptures)? {
        for route in routes {
            if let captures = route.match(path) { return (route, captures) }
        }
        return nil
    }

    private mutating func insert(
        _ method: Declaration.Method,
        _ path: String,
        _ operation: Operation
    ) {
        let segments = path.split(separator: "/").map { text -> Route.Segment in
            text.hasPrefix("{")
                ? .parameter(String(text.dropFirst().dropLast()))
                : .literal(ContiguousArray(text.utf8))
        }
        if let index = routes.firstIndex(where: { RouteTable.isSame($0.segments, segments) }) {
            routes[index] = routes[index].adding(operation, method)
        } else {
            let route = Route(segments, get: nil, post: nil)
            routes.append(route.adding(operation, method))
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
    /// The ids that the path names; nil where it is another path.
    func match(_ path: ArraySlice<UInt8>) -> PathCaptures? {
        var captures = PathCaptures()
        var position = path.startIndex
        for segment in segments {
            guard position < path.endIndex, path[position] == UInt8(ascii: "/") else { return nil }
            let start = position + 1
            position = start
            while position < path.endIndex, path[position] != UInt8(ascii: "/") { position += 1 }
            guard take(path[start..<position], segment, &captures) else { return nil }
        }
        return position == path.endIndex ? captures : nil
    }

    private func take(
        _ part: ArraySlice<UInt8>,
        _ segment: Segment,
        _ captures: inout PathCaptures
    ) -> Bool {
        switch segment {
        case .literal(let text): return part.elementsEqual(text)
        case .parameter(let name):
            if name == "userId", allowsMe, part.elementsEqual("me".utf8) {
                captures.values.append((name, .me))
            } else if let uuid = UUID(part) {
                captures.values.append((name, .uuid(uuid)))
            } else {
                return false
            }
            return true
        }
    }
}
