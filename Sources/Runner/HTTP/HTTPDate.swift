internal import Functions

/// The value of `Date` (RFC 9110 §5.6.7), rendered once a second.
struct HTTPDate: Sendable {
    private(set) var bytes = ContiguousArray<UInt8>()
    private var second = Int64.min

    mutating func update(_ milliseconds: Int64) {
        let now = milliseconds / 1000
        guard now != second else { return }
        second = now
        bytes = HTTPDate.render(now)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func render(_ seconds: Int64) -> ContiguousArray<UInt8> {
        let days = seconds / 86_400
        let ofDay = seconds % 86_400
        let date = Timestamp.civil(days: days)
        let weekday = weekdays[Int((days + 4) % 7)]
        let month = months[Int(date.month) - 1]
        let text =
            "\(weekday), \(pad(date.day)) \(month) \(date.year) "
            + "\(pad(ofDay / 3600)):\(pad(ofDay / 60 % 60)):\(pad(ofDay % 60)) GMT"
        return ContiguousArray(text.utf8)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func pad(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
