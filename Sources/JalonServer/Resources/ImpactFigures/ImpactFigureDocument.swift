import ActionPlans

/// What `/v1/impacts/figures` answers.
struct ImpactFigureDocument: Sendable {
    let facts: ImpactFacts
    let language: Language

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { object in
            object.member("year", facts.year.year)
            object.member("known_at", facts.reading.knownAt)
            ImpactFigures.writeRules(to: &object, in: language)
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
            family.writeTotal(to: &object)
            object.member("by_theme", listOf: Theme.allCases.filter { family.byTheme[$0] != nil }) { writer, theme in
                writer.object { item in
                    item.member("theme", theme.code)
                    family.byTheme[theme]?.write(to: &item)
                }
            }
            object.member("by_ministry", listOf: family.byMinistry.keys.sorted()) { writer, ministry in
                writer.object { item in
                    item.member("ministry", ministry.text)
                    item.member("name", facts.names[ministry])
                    family.byMinistry[ministry]?.write(to: &item)
                }
            }
            object.member("by_factor", listOf: family.byFactor.keys.sorted()) { writer, factor in
                writer.object { item in
                    item.member("factor", factor.code.text)
                    item.member("version", factor.version)
                    item.member("title", facts.factors[factor]?.title)
                    item.member("functional_unit", facts.factors[factor]?.functionalUnit)
                    family.byFactor[factor]?.write(to: &item)
                }
            }
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
        filter.years = [facts.year.year]
        filter.roadmapStates = RoadmapState.published
        filter.statuses = ActionStatus.allCases.filter { $0 != .abandonnee }
        filter.keyAction = true
        filter.withImpact = withImpact
        filter.reading = facts.reading
        return filter
    }
}
