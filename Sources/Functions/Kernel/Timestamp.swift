/// A moment in UTC, in milliseconds since 1970, written as RFC 3339 with milliseconds.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// `2026-11-22T10:00:00.000Z`.
    package var text: String {
        var bytes = ContiguousArray<UInt8>()
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package func append(to bytes: inout ContiguousArray<UInt8>) {
        bytes.reserveCapacity(bytes.count + 24)
        let (days, ofDay) = milliseconds.quotientAndRemainderFloored(by: 86_400_000)
        let (year, month, day) = Timestamp.civil(days: days)
        put(year, 4, &bytes)
        bytes.append(UInt8(ascii: "-"))
        put(month, 2, &bytes)
        bytes.append(UInt8(ascii: "-"))
        put(day, 2, &bytes)
        bytes.append(UInt8(ascii: "T"))
        put(ofDay / 3_600_000, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        put(ofDay / 60_000 % 60, 2, &bytes)
        bytes.append(UInt8(ascii: ":"))
        put(ofDay / 1_000 % 60, 2, &bytes)
        bytes.append(UInt8(ascii: "."))
        put(ofDay % 1_000, 3, &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01, by eras of 400 years.
    package static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainderFloored(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shifted + 2) / 5 + 1
        )
    }

    private func put(_ value: Int64, _ width: Int, _ bytes: inout ContiguousArray<UInt8>) {
        var scale: Int64 = 1
        for _ in 1..<width { scale *= 10 }
        while scale > 0 {
            bytes.append(UInt8(truncatingIfNeeded: 48 + value / scale % 10))
            scale /= 10
        }
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloored(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
