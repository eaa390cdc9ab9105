import ActionPlans

extension ImpactRecord {
    static let readOnlyMembers: Set<String> = [
        "action", "number", "kg_co2_eq", "kg_sb_eq", "version", "created_at", "updated_at", "links",
    ]

    func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("action", id.action.description)
            object.member("number", id.number)
            for (name, value) in impact.members { object.member(name, value) }
            for indicator in ImpactIndicator.allCases { object.member(indicator.rawValue, MemberValue(amounts[indicator])) }
            object.member("version", version)
            object.member("created_at", createdAt)
            object.member("updated_at", updatedAt)
            object.member("links") { links in
                links.member("self", ResourceID.impact(id).address)
                links.member("action", ResourceID.action(id.action).address)
                links.member("factor", ResourceID.impactFactor(impact.factor).address)
                links.member("history", "\(ResourceID.impact(id).address)/history")
            }
        }
    }
}

extension Impact {
    /// What a person says of an impact, in the order of the contract, under the names that history keeps.
    var members: [(name: String, value: MemberValue)] {
        [
            ("factor", .text(factor.text)), ("factor_version", .number(factorVersion)), ("quantity", MemberValue(quantity)),
            ("period", .text(period.description)), ("basis", .text(basis.rawValue)),
            ("overlap_group", MemberValue(overlapGroup?.text)), ("source", MemberValue(source)),
            ("comment", MemberValue(comment)),
        ]
    }

    /// - Parameter former: nil for a new impact.
    func changes(from former: Impact?) -> [MemberChange] {
        let before = former?.members.map(\.value)
        return members.enumerated().compactMap { place, member in
            MemberChange(member: member.name, from: before?[place] ?? .null, to: member.value)
        }
    }

    func changesOfDeletion() -> [MemberChange] {
        members.compactMap { MemberChange(member: $0.name, from: $0.value, to: .null) }
    }
}
