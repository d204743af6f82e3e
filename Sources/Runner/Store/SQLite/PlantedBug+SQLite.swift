#if PLANTED_BUGS
    extension PlantedBug {
        /// Turns the schema's own guards off where they would hide the bug.
        static func disarm(_ database: Database) throws(DatabaseError) {
            switch current {
            case .eventOutside: try database.execute("PRAGMA foreign_keys = OFF")
            case .synchronousOff: try database.execute("PRAGMA synchronous = OFF")
            default: break
            }
        }
    }
#endif
