/// Columns of text, each as wide as its widest cell.
enum TextTable {
    static func text(_ head: [String], _ rows: [[String]]) -> String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let last = row.count - 1
            let cells = row.indices.map { $0 == last ? row[$0] : Help.padded(row[$0], widths[$0]) }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
