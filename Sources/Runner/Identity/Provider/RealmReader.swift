internal import Functions

/// A place in a realm file: a value and how to name it to whoever wrote the file.
struct RealmReader {
    let json: JSON
    let pointer: String

    func fail(_ problem: String) -> RealmFileError {
        RealmFileError(pointer: pointer, problem: problem)
    }

    func member(_ name: String) -> RealmReader? {
        guard let value = json[name], value != .null else { return nil }
        return RealmReader(json: value, pointer: "\(pointer)/\(name)")
    }

    func text(_ name: String) throws(RealmFileError) -> String? {
        guard let member = member(name) else { return nil }
        guard let text = member.json.string else { throw member.fail("must be a string") }
        return text
    }

    func requiredText(_ name: String) throws(RealmFileError) -> String {
        guard let text = try text(name), !text.isEmpty else {
            throw fail("needs a member \"\(name)\", a string")
        }
        return text
    }

    /// A boolean, also as the strings "true" and "false" that a mapper's configuration holds.
    func flag(_ name: String, default fallback: Bool) throws(RealmFileError) -> Bool {
        guard let member = member(name) else { return fallback }
        switch member.json {
        case .boolean(let value): return value
        case .string("true"): return true
        case .string("false"): return false
        default: throw member.fail("must be true or false")
        }
    }

    func integer(_ name: String, default fallback: Int64) throws(RealmFileError) -> Int64 {
        guard let member = member(name) else { return fallback }
        guard let value = member.json.integer, (0...1 << 53).contains(value) else {
            throw member.fail("must be a whole number, 0 or more")
        }
        return value
    }

    func elements(_ name: String) throws(RealmFileError) -> [RealmReader] {
        guard let member = member(name) else { return [] }
        guard let elements = member.json.array else { throw member.fail("must be an array") }
        return elements.enumerated().map { index, element in
            RealmReader(json: element, pointer: "\(member.pointer)/\(index)")
        }
    }

    func texts(_ name: String) throws(RealmFileError) -> [String] {
        try elements(name).map { element throws(RealmFileError) in
            guard let text = element.json.string else { throw element.fail("must be a string") }
            return text
        }
    }

    func members(_ name: String) throws(RealmFileError) -> [(name: String, value: RealmReader)] {
        guard let member = member(name) else { return [] }
        guard case .object(let members) = member.json else {
            throw member.fail("must be an object")
        }
        return members.map {
            ($0.name, RealmReader(json: $0.value, pointer: "\(member.pointer)/\($0.name)"))
        }
    }

    /// An object of arrays of strings, such as a user's attributes or client roles.
    func textLists(_ name: String) throws(RealmFileError) -> [String: [String]] {
        var lists: [String: [String]] = [:]
        for (key, _) in try members(name) {
            guard let owner = member(name) else { continue }
            lists[key] = try owner.texts(key)
        }
        return lists
    }
}
