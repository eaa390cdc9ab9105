import ActionPlans

/// What `/v1/impacts/figures` answers.
struct ImpactFigureDocument: Sendable {
    let facts: ImpactFacts
    let year: Int
    let reading: Reading
    let language: Language

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { object in
            object.member("year", year)
            object.member("known_at", reading.knownAt)
            object.member("rule", ImpactFigures.rule[language])
            object.member("equivalent_rule", EuropeanYear.rule[language])
            object.member("overlap_rule", ImpactFigures.overlapRule[language])
            object.member("families", listOf: facts.figures.families) { write($1, to: &$0) }
            object.member("overlap_groups", listOf: facts.figures.groups) { write($1, to: &$0) }
            writeKeyActions(to: &object)
            object.member("links") { links in
                links.member("self", target)
                links.member("factors", "/v1/impact-factors")
            }
        }
    }

    private func write(_ family: ImpactFigures.Family, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("method_family", family.code.text)
            write(family.total, to: &object, withEquivalents: true)
            object.member("by_theme", listOf: Theme.allCases.filter { family.byTheme[$0] != nil }) { writer, theme in
                writer.object { item in
                    item.member("theme", theme.code)
                    write(family.byTheme[theme], to: &item)
                }
            }
            object.member("by_ministry", listOf: family.byMinistry.keys.sorted()) { writer, ministry in
                writer.object { item in
                    item.member("ministry", ministry.text)
                    item.member("name", facts.names[ministry])
                    write(family.byMinistry[ministry], to: &item)
                }
            }
            object.member("by_factor", listOf: family.byFactor.keys.sorted()) { writer, factor in
                writer.object { item in
                    item.member("factor", factor.code.text)
                    item.member("version", factor.version)
                    item.member("title", facts.factors[factor]?.title)
                    item.member("functional_unit", facts.factors[factor]?.functionalUnit)
                    write(family.byFactor[factor], to: &item)
                }
            }
        }
    }

    private func write(_ total: ImpactTotal?, to object: inout JSONWriter, withEquivalents: Bool = false) {
        let total = total ?? ImpactTotal()
        for (name, sum) in [("estimated", total.estimated), ("measured", total.measured)] {
            object.member(name) { item in
                item.member("impacts", sum.impacts)
                for indicator in ImpactIndicator.allCases { write(sum.numbers[indicator], as: indicator.rawValue, to: &item) }
                guard withEquivalents else { return }
                item.member("europeans") { europeans in
                    for indicator in ImpactIndicator.allCases {
                        let amount = sum.numbers[indicator]?.bounded
                        europeans.member(
                            indicator.rawValue, MemberValue(amount.flatMap { EuropeanYear.equivalent(of: $0, indicator) }))
                    }
                }
            }
        }
    }

    private func write(_ number: ImpactSum.Number?, as name: String, to object: inout JSONWriter) {
        guard let number else { return object.member(name, nil as String?) }
        object.member(name) { item in
            item.member("low", number.bounded.low)
            item.member("central", number.bounded.central)
            item.member("high", number.bounded.high)
            item.member("impacts", number.parts)
            item.member("without_interval", number.withoutInterval)
        }
    }

    /// A group is told as far as its actions may be named: of one that is of confidential actions alone, not even the code.
    private func write(_ group: ImpactFigures.Group, to writer: inout JSONWriter) {
        let named = group.leftOut.filter { facts.named.contains($0.id) }
        guard facts.named.contains(group.counted.id) || !named.isEmpty else { return }
        writer.object { object in
            object.member("overlap_group", group.code.text)
            if facts.named.contains(group.counted.id) {
                object.member("counted") { write(group.counted.id, to: &$0) }
            } else {
                object.member("counted", nil as String?)
            }
            object.member("left_out", listOf: named) { writer, part in
                writer.object { write(part.id, to: &$0) }
            }
            object.member("left_out_unnamed", group.leftOut.count - named.count)
        }
    }

    private func write(_ id: ImpactID, to item: inout JSONWriter) {
        item.member("action", id.action.description)
        item.member("number", id.number)
        item.member("link", ResourceID.impact(id).address)
    }

    private func writeKeyActions(to object: inout JSONWriter) {
        object.member("key_actions") { counts in
            counts.member("with_estimate", facts.keyActions.withEstimate)
            counts.member("without_estimate", facts.keyActions.withoutEstimate)
            counts.member("links") { links in
                links.member("with_estimate", keyActions(withImpact: true).address)
                links.member("without_estimate", keyActions(withImpact: false).address)
            }
        }
    }

    private func keyActions(withImpact: Bool) -> ActionFilter {
        var filter = ActionFilter()
        filter.years = [year]
        filter.roadmapStates = RoadmapState.published
        filter.statuses = ActionStatus.allCases.filter { $0 != .abandonnee }
        filter.keyAction = true
        filter.withImpact = withImpact
        filter.reading = reading
        return filter
    }
}
