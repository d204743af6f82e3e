/// One field of a message's head, folded to lines of at most 76 characters (RFC 5322, RFC 2047).
struct HeaderField {
    private static let lineLimit = 76

    private(set) var bytes: ContiguousArray<UInt8>
    private var column: Int

    init(_ name: StaticString) {
        bytes = ContiguousArray(name.description.utf8)
        bytes.append(UInt8(ascii: ":"))
        column = bytes.count
    }

    /// The field with the end of its last line.
    var line: ContiguousArray<UInt8> { bytes + [13, 10] }

    /// Adds printable ASCII after a blank, on a new line where it would not fit on this one.
    mutating func add(_ token: String) {
        let count = token.utf8.count
        if column + 1 + count > HeaderField.lineLimit && column > 1 {
            bytes.append(contentsOf: [13, 10])
            column = 0
        }
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: token.utf8)
        column += 1 + count
    }

    /// Adds any text: as it stands where that is safe, else as encoded words.
    mutating func addText(_ text: String) {
        if HeaderField.isPlain(text), column + 1 + text.utf8.count <= HeaderField.lineLimit {
            add(text)
        } else {
            addEncodedWords(text)
        }
    }

    /// Adds a name and the address that it belongs to.
    mutating func add(_ whom: NamedAddress) {
        guard let name = whom.name else {
            add(whom.address.text)
            return
        }
        if !HeaderField.isPlain(name) || name.utf8.count > 60 {
            addEncodedWords(name)
        } else if name.unicodeScalars.allSatisfy({ $0 == " " || MailAddress.isAtomText($0) }) {
            add(name)
        } else {
            add(HeaderField.quoted(name))
        }
        add("<\(whom.address.text)>")
    }

    /// Printable ASCII without blanks at its ends or doubled ones, which readers may drop, and
    /// without what looks like an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        var previous = UInt8(ascii: " ")
        for byte in text.utf8 {
            guard byte >= 32, byte < 127 else { return false }
            if previous == UInt8(ascii: " ") && byte == UInt8(ascii: " ") { return false }
            if previous == UInt8(ascii: "=") && byte == UInt8(ascii: "?") { return false }
            previous = byte
        }
        return previous != UInt8(ascii: " ")
    }

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        return text + "\""
    }

    /// Words of whole characters, none longer than 75, each on its line within the limit.
    private mutating func addEncodedWords(_ text: String) {
        var word = ContiguousArray<UInt8>()
        // What 75 characters hold, and for the first word, what is left of its line.
        func room(_ column: Int) -> Int {
            (min(75, HeaderField.lineLimit - 1 - column) - 12) / 4 * 3
        }
        var capacity = max(room(column), 4)
        for scalar in text.unicodeScalars {
            let encoded = ContiguousArray(String(scalar).utf8)
            if word.count + encoded.count > capacity {
                add("=?UTF-8?B?\(Base64.encode(word))?=")
                word.removeAll(keepingCapacity: true)
                capacity = room(0)
            }
            word.append(contentsOf: encoded)
        }
        if !word.isEmpty { add("=?UTF-8?B?\(Base64.encode(word))?=") }
    }
}
