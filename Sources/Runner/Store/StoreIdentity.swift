internal import Functions

/// What a store was made for and stays with: its currency and the service's secret key.
struct StoreIdentity {
    let currency: String
    let secretKey: Secret

    /// What is kept, by name.
    var values: [(name: String, value: ContiguousArray<UInt8>)] {
        [
            (name: "currency", value: ContiguousArray(currency.utf8)),
            (name: "secret_check", value: DerivedKeys(secretKey).check),
        ]
    }

    /// Why a store that holds these values is not ours; nil where it is.
    func refusal(
        _ found: [String: ContiguousArray<UInt8>],
        store: String,
        setting: String
    ) -> String? {
        for (name, value) in values where found[name] != value {
            let kept = String(decoding: found["currency"] ?? [], as: UTF8.self)
            return name == "currency"
                ? """
                CURRENCY is \(currency), but the store \(store) keeps amounts in \(kept): set it \
                back, or use another \(setting)
                """
                : """
                SECRET_KEY is not the one that the store \(store) was made with: set it back, or \
                use another \(setting)
                """
        }
        return nil
    }
}
