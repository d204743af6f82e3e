/// One check at a time for a token, however many callers wait for it.
///
/// Nobody owns a check: whoever leaves, it goes on for the others.
final class TokenFlights: Sendable {
    typealias Waiter = @Sendable (TokenVerdict) -> Void

    /// A check under way; its waiters are guarded by the lock of the table.
    final class Flight: @unchecked Sendable {
        let key: Digest
        let epoch: UInt64
        fileprivate var waiters: [Waiter] = []

        fileprivate init(key: Digest, epoch: UInt64) {
            self.key = key
            self.epoch = epoch
        }
    }

    private let flights = Lock<[Digest: Flight]>([:])

    /// Returns the flight where there is none to join yet: then the caller must check and land it.
    ///
    /// A check that began before a revocation is not joined after it.
    func join(_ key: Digest, epoch: UInt64, _ waiter: @escaping Waiter) -> Flight? {
        flights.withLock { flights in
            if let flight = flights[key], flight.epoch == epoch {
                flight.waiters.append(waiter)
                return nil
            }
            let flight = Flight(key: key, epoch: epoch)
            flight.waiters.append(waiter)
            flights[key] = flight
            return flight
        }
    }

    /// Tells all who wait; not the first of them, who began the check, where it has the verdict
    /// already.
    func land(_ flight: Flight, _ verdict: TokenVerdict, sparingFirst: Bool = false) {
        let waiters = flights.withLock { flights in
            if flights[flight.key] === flight { flights.removeValue(forKey: flight.key) }
            defer { flight.waiters = [] }
            return flight.waiters
        }
        for waiter in waiters.dropFirst(sparingFirst ? 1 : 0) { waiter(verdict) }
    }
}
