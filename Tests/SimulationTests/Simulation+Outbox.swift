import Functions
import Runner

extension Simulation {
    /// Takes due events; those taken before are stale where their lease was over.
    mutating func claim() async throws {
        let lease = Int64.random(in: 0...30_000, using: &random)
        claimed += try await world.store.claimEvents(
            limit: Int.random(in: 1...5, using: &random),
            now: world.now,
            leaseUntil: Timestamp(milliseconds: world.now.milliseconds + lease)
        )
    }

    /// Ends or gives back an event that was taken, perhaps long ago.
    mutating func settle() async throws {
        guard let index = claimed.indices.randomElement(using: &random) else { return }
        let event = claimed.remove(at: index)
        let isFresh = !claimed.contains { $0.event.id == event.event.id && $0.fence > event.fence }
        let waits = model.deliveries[event.event.orderID] == .waiting
        if Int.random(in: 0..<3, using: &random) == 0 {
            let isTaken = try await world.store.postpone(event, until: world.now, reason: "later")
            try expect(isTaken == false || (isFresh && waits), "a stale event was given back")
            return
        }
        let isSent = Bool.random(using: &random)
        let result = try await world.runner.run(
            RecordDelivery.self,
            .init(
                letterID: event.event.id,
                fence: event.fence,
                ending: isSent ? .sent : .failed("550")
            ),
            world.call()
        )
        guard case .success = result, waits else { return }
        try expect(isFresh, "a stale delivery ended a letter")
        model.deliveries[event.event.orderID] = isSent ? .sent : .failed
    }

    mutating func redrive() async throws {
        let taken = Set(try await world.store.redrive(nil))
        var expected = 0
        for (order, delivery) in model.deliveries where delivery == .failed {
            guard let user = model.orders[order]?.user, model.users[user]?.hasAddress == true else {
                continue
            }
            model.deliveries[order] = .waiting
            expected += 1
        }
        // Deliveries from before cannot end these letters any more.
        claimed.removeAll { taken.contains($0.event.id) }
        try expect(taken.count == expected, "\(taken.count) letters go again, not \(expected)")
    }

    /// Every balance, list and letter.
    func compare() async throws {
        for (user, row) in model.users {
            let account = try await world.runner.query(
                GetAccount.self,
                .init(userID: user),
                world.call()
            )
            try expect((try? account.get().balance) == row.balance, "the balance of \(user)")
            let list = try await world.runner.query(
                ListOrders.self,
                .init(whose: .user(user), limit: 10_000),
                world.call()
            )
            let orders = try list.get().items.map(\.order)
            try expect(
                orders.map(\.id) == (model.lists[user] ?? []).reversed(),
                "the orders of \(user)"
            )
            for order in orders {
                let kept = LedgerModel.KeptOrder(
                    user: order.userID,
                    price: order.price,
                    isPaid: order.status == .paid
                )
                try expect(model.orders[order.id] == kept, "order \(order.id)")
            }
            try await compareLetters(user, orders)
        }
    }

    private func compareLetters(_ user: UserID, _ orders: [Order]) async throws {
        let list = try await world.runner.query(
            ListNotifications.self,
            .init(whose: .user(user), limit: 10_000),
            world.call()
        )
        let letters = try list.get().items.map(\.letter)
        try expect(letters.map(\.order) == orders, "the letters of \(user)")
        for letter in letters {
            let status: Letter.Status =
                switch model.deliveries[letter.order.id] {
                case .sent: .sent
                case .waiting: .queued
                case .failed, nil: .failed
                }
            try expect(letter.status == status, "letter \(letter.id) is \(letter.status)")
        }
    }

    func expect(_ holds: Bool, _ what: String) throws {
        if !holds { throw Difference(description: what) }
    }
}
