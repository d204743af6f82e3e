extension Register {
    package enum Code: String, ProblemCode {
        case emailTaken
        /// Another key, or the same one elsewhere, is registering the e-mail.
        case registrationInProgress
        case keyReused
        case profileRefused

        package var status: Int {
            switch self {
            case .emailTaken, .registrationInProgress: 409
            case .keyReused, .profileRefused: 422
            }
        }

        package var title: String {
            switch self {
            case .emailTaken: "The e-mail is taken"
            case .registrationInProgress: "The e-mail is being registered"
            case .keyReused: "Idempotency key used for another request"
            case .profileRefused: "The identity provider refuses the profile"
            }
        }

        package var exampleErrors: [InputProblem] {
            self == .profileRefused
                ? [InputProblem(.pointer("/password"), "must have at least 8 characters")] : []
        }

        package var isRecorded: Bool { self == .emailTaken }

        package var retryAfter: Int? { self == .registrationInProgress ? 2 : nil }

        package var detail: String {
            switch self {
            case .emailTaken:
                "A user with this e-mail exists. Log in, or register another e-mail with a new "
                    + "Idempotency-Key."
            case .registrationInProgress:
                "A registration of this e-mail is under way. Send the same request again shortly."
            case .keyReused:
                "The key belongs to another registration of this e-mail. Use a new Idempotency-Key."
            case .profileRefused:
                "Correct the members listed in errors, then register again."
            }
        }
    }
}
