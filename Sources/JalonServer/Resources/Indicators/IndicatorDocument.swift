import ActionPlans

extension IndicatorRecord {
    static let members = [
        "code", "definition", "from_period", "title", "description", "kind", "unit", "consolidation", "over_time", "numerator",
        "denominator", "perimeter", "perimeter_note", "decimals", "minimum", "maximum", "direction", "periodicity",
        "days_allowed",
        "first_period", "last_period", "source", "themes", "practices", "rule", "definitions", "version", "created_at",
        "updated_at",
        "links",
    ]

    static let readOnlyMembers: Set<String> = [
        "code", "definition", "rule", "definitions", "version", "created_at", "updated_at", "links",
    ]

    func write(to writer: inout JSONWriter, in language: Language, selecting fields: Set<String>? = nil) {
        writer.object(selecting: fields) { object in
            object.member("code", code.text)
            object.member("definition", last.number)
            object.member("from_period", last.fromPeriod?.description)
            for (name, value) in last.members { object.member(name, value) }
            object.member("rule", last.rule[language])
            object.member("definitions", listOf: definitions.indices) { writer, index in
                let definition = definitions[index]
                writer.object { part in
                    part.member("number", definition.number)
                    part.member("from_period", definition.fromPeriod?.description)
                    part.member(
                        "until_period",
                        definitions.indices.contains(index + 1) ? definitions[index + 1].fromPeriod?.description : nil)
                    part.member("kind", definition.kind.rawValue)
                    part.member("unit", definition.unit)
                    part.member("consolidation", definition.consolidation.rawValue)
                    part.member("rule", definition.rule[language])
                }
            }
            object.member("version", version)
            object.member("created_at", createdAt)
            object.member("updated_at", updatedAt)
            object.member("links") { links in
                links.member("self", ResourceID.indicator(code).address)
                links.member("targets", "\(ResourceID.indicator(code).address)/targets")
                links.member("figures", "\(ResourceID.indicator(code).address)/figures")
                links.member("measures", "/v1/measures?indicator=\(code)")
                links.member("history", "\(ResourceID.indicator(code).address)/history")
            }
        }
    }
}

extension IndicatorDefinition {
    /// What a person says of an indicator, in the order of the contract, under the names that history keeps.
    var members: [(name: String, value: MemberValue)] {
        [
            ("title", .text(title)), ("description", MemberValue(description)), ("kind", .text(kind.rawValue)),
            ("unit", .text(unit)),
            ("consolidation", .text(consolidation.rawValue)), ("over_time", MemberValue(overTime?.rawValue)),
            ("numerator", MemberValue(numerator)), ("denominator", MemberValue(denominator)),
            ("perimeter", perimeter.map { .list($0.map(\.text)) } ?? .null), ("perimeter_note", MemberValue(perimeterNote)),
            ("decimals", .number(decimals)), ("minimum", MemberValue(minimum)), ("maximum", MemberValue(maximum)),
            ("direction", .text(direction.rawValue)), ("periodicity", .text(periodicity.rawValue)),
            ("days_allowed", .number(daysAllowed)), ("first_period", .text(firstPeriod.description)),
            ("last_period", MemberValue(lastPeriod?.description)), ("source", MemberValue(source)),
            ("themes", .list(themes.map(\.rawValue))), ("practices", .list(practices)),
        ]
    }

    /// What becomes of the members, the number of the definition and its first period with them.
    /// - Parameter former: nil for a new indicator.
    func changes(from former: IndicatorDefinition?) -> [MemberChange] {
        let numbered = [
            MemberChange(member: "definition", from: former.map { .number($0.number) } ?? .null, to: .number(number)),
            MemberChange(
                member: "from_period", from: MemberValue(former?.fromPeriod?.description),
                to: MemberValue(fromPeriod?.description)),
        ]
        let before = former?.members.map(\.value)
        let own = members.enumerated().map { place, member in
            MemberChange(member: member.name, from: before?[place] ?? .null, to: member.value)
        }
        return (numbered + own).compactMap(\.self)
    }
}
