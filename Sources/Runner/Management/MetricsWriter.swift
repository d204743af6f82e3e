/// Writes Prometheus' text format, version 0.0.4.
struct MetricsWriter {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes = ContiguousArray<UInt8>()

    mutating func family(_ family: MetricFamily) {
        put("# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n")
    }

    mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double)
    {
        put(name)
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(MetricsWriter.escaped($0.value))\"" }
            put("{" + pairs.joined(separator: ",") + "}")
        }
        put(" " + MetricsWriter.number(value) + "\n")
    }

    /// `5` for 5.0, and the words that the format has for what is no number.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        guard let whole = Int64(exactly: value) else { return "\(value)" }
        return String(whole)
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
