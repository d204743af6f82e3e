internal import Functions

/// The names of a function: as it is declared, in addresses, and in settings.
package enum FunctionName {
    /// `FUNCTION_URL_CREATE_ORDER` for `createOrder`.
    package static func addressSetting(_ name: String) -> String {
        "FUNCTION_URL_" + String(name.kebabCase.uppercased().map { $0 == "-" ? "_" : $0 })
    }

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
