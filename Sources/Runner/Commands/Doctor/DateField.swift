/// Reads a `Date` field in its one usual form: `Tue, 15 Nov 1994 08:12:31 GMT`.
enum DateField {
    /// Seconds since 1970.
    static func seconds(_ text: some Collection<UInt8>) -> Int64? {
        let bytes = Array(text)
        guard bytes.count == 29, bytes[25...].elementsEqual(" GMT".utf8),
            let day = number(bytes[5..<7]), let month = month(bytes[8..<11]),
            let year = number(bytes[12..<16]), let time = time(bytes[17..<25]),
            year >= 1970, (1...31).contains(day)
        else { return nil }
        return days(year, month, day) * 86_400 + time
    }

    /// Days since 1970, counted in years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let since: Int64 = month > 2 ? year : year - 1
        let shifted: Int64 = month > 2 ? month - 3 : month + 9
        let leaps: Int64 = since / 4 - since / 100 + since / 400
        let ofYear: Int64 = (shifted * 153 + 2) / 5 + day - 1
        return since * 365 + leaps + ofYear - 719_468
    }

    private static func time(_ text: ArraySlice<UInt8>) -> Int64? {
        let parts = text.split(separator: UInt8(ascii: ":")).map(number)
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let seconds: Int64 = hour * 3_600
        return seconds + minute * 60 + second
    }

    private static let months = Array("JanFebMarAprMayJunJulAugSepOctNovDec".utf8)

    private static func month(_ name: ArraySlice<UInt8>) -> Int64? {
        for index in 0..<12 where months[(index * 3)...].prefix(3).elementsEqual(name) {
            return Int64(index + 1)
        }
        return nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard bytes.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }
}
