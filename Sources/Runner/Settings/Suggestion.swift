/// Finds what somebody meant by a name that does not exist.
enum Suggestion {
    /// The nearest of the names, if one is near enough to be meant.
    static func nearest(to word: String, among names: [String]) -> String? {
        let wanted = folded(word)
        guard wanted.count <= 64 else { return nil }
        let allowed = max(1, wanted.count / 3)
        let near = names.map { (name: $0, distance: distance(wanted, folded($0))) }
            .filter { $0.distance <= allowed }
        return near.min { $0.distance < $1.distance }?.name
    }

    /// `; did you mean X?`, or nothing.
    static func phrase(for word: String, among names: [String]) -> String {
        nearest(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var before = [Int](repeating: 0, count: other.count + 1)
        var previous = Array(0...other.count)
        for row in 0..<one.count {
            var current = [row + 1]
            for column in 0..<other.count {
                let replaced = previous[column] + (one[row] == other[column] ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column]
                {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[other.count]
    }

    /// Small letters, and `-` for `_`: neither is what somebody gets wrong.
    private static func folded(_ word: String) -> [UInt8] {
        word.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    }
}
