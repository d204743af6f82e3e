/// A currency of ISO 4217 and the digits that its minor unit has.
package struct Currency: Hashable, Sendable {
    /// The three capital letters.
    package let code: String
    /// How many digits stand after the decimal mark: 2 for the rouble, 0 for the yen.
    package let digits: Int

    /// Nil for what ISO 4217 does not list, small letters included.
    package init?(code: String) {
        guard let digits = Currency.digitsByCode[code] else { return nil }
        self.code = code
        self.digits = digits
    }

    /// An amount of minor units as people of that language write it.
    ///
    /// `1 234,50 ₽` in Russian (the blanks do not break a line), `RUB 1,234.50` in English.
    package func format(minor: Int64, _ language: LetterLanguage) -> String {
        let sign = minor < 0 ? "-" : ""
        switch language {
        case .russian:
            let number = number(of: minor.magnitude, group: "\u{A0}", decimal: ",")
            return "\(sign)\(number)\u{A0}\(Currency.signs[code] ?? code)"
        case .english:
            let number = number(of: minor.magnitude, group: ",", decimal: ".")
            return "\(code)\u{A0}\(sign)\(number)"
        }
    }

    private func number(of minor: UInt64, group: String, decimal: String) -> String {
        var scale: UInt64 = 1
        for _ in 0..<digits { scale *= 10 }
        let (major, rest) = minor.quotientAndRemainder(dividingBy: scale)
        var text = ""
        let whole = String(major)
        for (index, digit) in whole.enumerated() {
            if index > 0 && (whole.utf8.count - index) % 3 == 0 { text += group }
            text.append(digit)
        }
        guard digits > 0 else { return text }
        let fraction = String(rest)
        return text + decimal + String(repeating: "0", count: digits - fraction.utf8.count)
            + fraction
    }
}

extension Currency {
    /// The signs that stand for one currency alone.
    private static let signs = ["RUB": "₽", "EUR": "€", "GBP": "£", "KZT": "₸", "UAH": "₴"]

    /// The active codes that have a minor unit or none, by its digits.
    ///
    /// Left out are those for which a minor unit makes no sense (gold, test codes). ANG and BGN,
    /// withdrawn in 2025 and 2026, are still there, so that a store kept in them opens.
    private static let codesByDigits: [(digits: Int, codes: StaticString)] = [
        (
            0,
            """
            BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
            """
        ),
        (
            2,
            """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP \
            BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD \
            FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD \
            KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD \
            NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
            SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED \
            VES WST XAD XCD XCG YER ZAR ZMW ZWG
            """
        ),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF UYW"),
    ]

    private static let digitsByCode: [String: Int] = {
        var table: [String: Int] = [:]
        for (digits, codes) in codesByDigits {
            for code in codes.description.split(separator: " ") { table[String(code)] = digits }
        }
        return table
    }()
}
