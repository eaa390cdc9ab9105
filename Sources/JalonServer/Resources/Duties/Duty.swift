import ActionPlans

/// Something that is expected of somebody now.
struct Duty: Sendable {
    let code: DutyCode
    /// Whose, or about whose things; nil for what is about several.
    let ministry: MinistryCode?
    /// The first day on which it was one.
    let since: CivilDate
    /// nil where no day is set.
    let dueOn: CivilDate?
    let subject: Subject
    /// What to do, as a sentence.
    let text: Message

    /// What it is about.
    struct Subject: Sendable {
        let kind: Resource
        let id: String
        let address: String
        /// Where the request goes that ends it.
        let endsWith: String

        init(_ resource: ResourceID, endsWith: String? = nil) {
            kind = resource.resource
            id = resource.text
            address = resource.address
            self.endsWith = endsWith ?? resource.address
        }
    }

    /// How many days after it was due; 0 in time, and where no day is set.
    func daysLate(on today: CivilDate) -> Int { dueOn.map { max(0, today.dayNumber - $0.dayNumber) } ?? 0 }

    /// The most pressing first: by the day on which it is due, what has none after that by how long it has been one.
    static func isBefore(_ one: Duty, _ other: Duty) -> Bool {
        func key(_ duty: Duty) -> (Int, Int, String, String) {
            (duty.dueOn?.dayNumber ?? .max, duty.since.dayNumber, duty.code.rawValue, duty.subject.id)
        }
        return key(one) < key(other)
    }
}
