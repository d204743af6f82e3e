package import Functions

/// Where each function's process is found.
package struct FunctionAddresses: Sendable {
    /// A function that cannot be called, and the setting to mend.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private let bases: [String: BaseURL]

    /// Takes the functions' addresses by their declared names; nil is one that is not set.
    package init(
        _ functions: [Declaration],
        address: (_ function: String) -> String?
    ) throws(Failure) {
        var bases: [String: BaseURL] = [:]
        for function in functions {
            bases[function.name] = try Self.base(function.name, address(function.name))
        }
        self.bases = bases
    }

    package subscript(function: Declaration) -> BaseURL? { bases[function.name] }

    /// `FUNCTION_URL_CREATE_ORDER` for `createOrder`.
    package static func setting(_ function: String) -> String {
        let name = function.kebabCase.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            case 97...122: byte & ~0x20
            default: byte
            }
        }
        return "FUNCTION_URL_" + String(decoding: name, as: UTF8.self)
    }

    private static func base(_ function: String, _ address: String?) throws(Failure) -> BaseURL {
        let setting = setting(function)
        guard let address else {
            throw Failure(
                description:
                    "\(setting) is not set, nor is FUNCTION_URL: where \(function) is found"
            )
        }
        guard let base = BaseURL(address) else {
            throw Failure(
                description: "\(setting), or FUNCTION_URL: no address that can be called, but one"
                    + " such as http://\(function.kebabCase):8080 is expected"
            )
        }
        return base
    }
}
