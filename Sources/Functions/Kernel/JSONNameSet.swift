/// The names of an object so far: searched in line while they are few, hashed when they are many.
struct JSONNameSet {
    private var hashed: Set<[UInt8]>?

    mutating func insert(_ name: String, into members: [JSON.Member]) -> Bool {
        if members.count < 16 { return !members.contains { $0.name.hasSameScalars(as: name) } }
        var names = hashed ?? Set(members.map { Array($0.name.utf8) })
        hashed = nil
        defer { hashed = names }
        return names.insert(Array(name.utf8)).inserted
    }
}
