/// The date of a `Date` field, in its one usual form: `Tue, 15 Nov 1994 08:12:31 GMT`.
enum HTTPDate {
    /// Seconds since 1970.
    static func seconds(_ text: some Collection<UInt8>) -> Int64? {
        let bytes = Array(text)
        guard bytes.count == 29, bytes[25...].elementsEqual(" GMT".utf8),
            let day = number(bytes[5..<7]), let month = month(bytes[8..<11]),
            let year = number(bytes[12..<16]), let hour = number(bytes[17..<19]),
            let minute = number(bytes[20..<22]), let second = number(bytes[23..<25]),
            year >= 1970, (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        // Days from 1970, counted in years that begin in March.
        let shifted: (Int64, Int64) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leaps: Int64 = shifted.0 / 4 - shifted.0 / 100 + shifted.0 / 400
        let ofYear: Int64 = (shifted.1 * 153 + 2) / 5 + day - 1
        let days: Int64 = shifted.0 * 365 + leaps + ofYear - 719_468
        let ofDay: Int64 = hour * 3_600 + minute * 60 + second
        return days * 86_400 + ofDay
    }

    private static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)

    private static func month(_ name: ArraySlice<UInt8>) -> Int64? {
        (0..<12).first { months[($0 * 3)..<($0 * 3 + 3)].elementsEqual(name) }.map { Int64($0 + 1) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}
