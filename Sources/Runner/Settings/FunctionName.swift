internal import Functions

/// The functions by the names that a command line gives them.
enum FunctionName {
    /// Every function, as it is named on a command line.
    static var all: [String] { Catalog.functions.map(\.declaration.name.kebabCase) }

    /// All of them in lines for a page of help.
    static var lines: String {
        var lines: [String] = []
        for name in all {
            if let last = lines.last, last.utf8.count + name.utf8.count < 86 {
                lines[lines.count - 1] = last + ", " + name
            } else {
                lines.append(name)
            }
        }
        return lines.joined(separator: ",\n")
    }

    /// By its declared name, or that in kebab-case.
    static func find(_ name: String) throws(SettingProblem) -> AnyFunction {
        let found = Catalog.functions.first { function in
            let declared = function.declaration.name
            return declared == name || declared.kebabCase == name
        }
        if let found { return found }
        let suggestion = Suggestion.phrase(for: name.kebabCase, among: all)
        throw SettingProblem(
            "runner function",
            found: Found.text(name),
            expected: "one of \(all.joined(separator: ", "))\(suggestion)"
        )
    }
}
