import ActionPlans

extension MeasureRecord {
    static let members = [
        "indicator", "ministry", "period", "definition", "value", "answer", "numerator", "denominator", "not_applicable",
        "unavailable",
        "state",
        "state_reason", "estimated", "source", "method", "comment", "due_on", "version", "created_at", "updated_at", "links",
    ]

    static let readOnlyMembers: Set<String> = [
        "indicator", "ministry", "period", "definition", "due_on", "version", "created_at", "updated_at", "links",
    ]

    func write(to writer: inout JSONWriter, selecting fields: Set<String>? = nil) {
        writer.object(selecting: fields) { object in
            for (name, value) in told { object.member(name, value) }
            object.member("links") { links in
                links.member("self", ResourceID.measure(id).address)
                links.member("indicator", ResourceID.indicator(id.indicator).address)
                links.member("figures", "\(ResourceID.indicator(id.indicator).address)/figures?period=\(id.period)")
                links.member("history", "\(ResourceID.measure(id).address)/history")
            }
        }
    }

    /// All but the links, in the order of the contract.
    var told: [(name: String, value: MemberValue)] {
        [
            ("indicator", .text(id.indicator.text)), ("ministry", .text(id.ministry.text)),
            ("period", .text(id.period.description)),
            ("definition", .number(measure.definition)), ("value", MemberValue(shownValue)), ("answer", measure.answer.yes),
            ("numerator", MemberValue(measure.answer.numerator)), ("denominator", MemberValue(measure.answer.denominator)),
            ("not_applicable", MemberValue(measure.answer.notApplicable)),
            ("unavailable", MemberValue(measure.answer.unavailable)),
            ("state", .text(measure.state.rawValue)), ("state_reason", MemberValue(measure.stateReason)),
            ("estimated", .flag(measure.isEstimated)), ("source", MemberValue(measure.source)),
            ("method", MemberValue(measure.method)), ("comment", MemberValue(measure.comment)),
            ("due_on", .text(dueOn.description)), ("version", .number(version)), ("created_at", .text(createdAt)),
            ("updated_at", .text(updatedAt)),
        ]
    }
}

extension MeasureAnswer {
    var numerator: ExactDecimal? {
        if case .parts(let numerator, _) = self { numerator } else { nil }
    }

    var denominator: ExactDecimal? {
        if case .parts(_, let denominator) = self { denominator } else { nil }
    }

    /// The answer to a question of yes or no.
    var yes: MemberValue {
        if case .yes(let isYes) = self { .flag(isYes) } else { .null }
    }

    var notApplicable: String? {
        if case .notApplicable(let reason) = self { reason } else { nil }
    }

    var unavailable: String? {
        if case .unavailable(let reason) = self { reason } else { nil }
    }

    /// As it is stored: yes is 1, no is 0.
    var storedValue: ExactDecimal? {
        switch self {
        case .value(let value): value
        case .yes(let isYes): ExactDecimal(isYes ? 1 : 0)
        case .parts, .notApplicable, .unavailable: nil
        }
    }
}

extension Measure {
    /// What history keeps, under the names of the columns.
    private var members: [(name: String, value: MemberValue)] {
        [
            ("definition", .number(definition)), ("value", MemberValue(answer.storedValue)),
            ("numerator", MemberValue(answer.numerator)), ("denominator", MemberValue(answer.denominator)),
            ("not_applicable", MemberValue(answer.notApplicable)), ("unavailable", MemberValue(answer.unavailable)),
            ("state", .text(state.rawValue)), ("state_reason", MemberValue(stateReason)), ("estimated", .flag(isEstimated)),
            ("source", MemberValue(source)), ("method", MemberValue(method)), ("comment", MemberValue(comment)),
        ]
    }

    /// - Parameter former: nil for a new measure.
    func changes(from former: Measure?) -> [MemberChange] {
        let before = former?.members.map(\.value)
        return members.enumerated().compactMap { place, member in
            MemberChange(member: member.name, from: before?[place] ?? .null, to: member.value)
        }
    }

    func changesOfDeletion() -> [MemberChange] {
        members.compactMap { MemberChange(member: $0.name, from: $0.value, to: .null) }
    }
}
