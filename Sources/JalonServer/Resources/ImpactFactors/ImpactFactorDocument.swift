import ActionPlans

extension ImpactFactorRecord {
    static let readOnlyMembers: Set<String> = ["version", "created_at", "links"]

    func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("code", factor.code.text)
            object.member("version", version)
            for (name, value) in factor.members { object.member(name, value) }
            object.member("created_at", createdAt)
            object.member("links") { links in
                links.member("self", ResourceID.impactFactor(factor.code).address)
                links.member("history", "\(ResourceID.impactFactor(factor.code).address)/history")
            }
        }
    }
}

extension ImpactFactor {
    /// What a person says of a factor, in the order of the contract, under the names that history keeps.
    var members: [(name: String, value: MemberValue)] {
        [
            ("title", .text(title)), ("functional_unit", .text(functionalUnit)),
            ("kg_co2_eq", MemberValue(amounts[.carbon])), ("kg_sb_eq", MemberValue(amounts[.minerals])),
            ("method_family", .text(methodFamily.text)), ("hypothesis", MemberValue(hypothesis)),
            ("lifetime_years", MemberValue(lifetimeYears)), ("data_year", dataYear.map { .number($0) } ?? .null),
            ("place", MemberValue(place)), ("source", .text(source)),
        ]
    }

    /// - Parameter former: the version before; nil for the first.
    func changes(from former: ImpactFactor?) -> [MemberChange] {
        let before = former?.members.map(\.value)
        return members.enumerated().compactMap { place, member in
            MemberChange(member: member.name, from: before?[place] ?? .null, to: member.value)
        }
    }
}
