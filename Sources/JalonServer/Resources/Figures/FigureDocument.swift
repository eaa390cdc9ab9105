import ActionPlans

/// The figures as they are answered: every number beside the list of exactly the actions it counts.
struct FigureDocument: Sendable {
    let scope: FigureScope
    let facts: FigureFacts
    let coverage: Coverage
    let vocabularies: Vocabularies
    let language: Language
    let seesDrafts: Bool
    /// Every ministry in scope, expected or with a roadmap, as the perimeter has it.
    let bodies: [FigureBody]

    init(_ facts: FigureFacts, of scope: FigureScope, vocabularies: Vocabularies, language: Language, seesDrafts: Bool) {
        self.scope = scope
        self.facts = facts
        self.vocabularies = vocabularies
        self.language = language
        self.seesDrafts = seesDrafts
        coverage = facts.coverage
        bodies = FigureBody.all(of: Set(coverage.expected + facts.roadmaps.map(\.id.ministry)), facts)
    }

    static let noLevel = Message("Aucun", "None")

    static func label(isKey: Bool) -> Message {
        isKey ? Message("Actions-clés", "Key actions") : Message("Autres actions", "Other actions")
    }

    private var total: Tally { facts.tallies.total }

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { figures in
            figures.member("scope", object: writeScope)
            figures.member("headline", object: writeHeadline)
            figures.member("totals", object: writeTotals)
            figures.member("rates", listOf: Rate.allCases) { writeRate($1, to: &$0) }
            figures.member("by_status", listOf: ActionStatus.allCases) { writeStatus($1, to: &$0) }
            figures.member("by_theme", listOf: Theme.allCases) { list, theme in
                let links = scope.actions.narrowed(to: theme)
                writeGroup(theme.code, vocabularies.label(theme)[language], facts.tallies.byTheme[theme], links, to: &list)
            }
            figures.member("by_target_level", listOf: EngagementLevel.allCases) { list, level in
                let links = scope.actions.narrowed(toTarget: level)
                writeGroup(
                    level.code, vocabularies.label(level)[language], facts.tallies.byTargetLevel[level], links, to: &list)
            }
            figures.member("by_reached_level", listOf: EngagementLevel.allCases.map(Optional.some) + [nil]) { list, level in
                var links = scope.actions
                links.reachedLevels = [level]
                let label = level.map { vocabularies.label($0) } ?? Self.noLevel
                writeGroup(
                    level?.code ?? ActionFilter.noLevel, label[language], facts.tallies.byReachedLevel[level], links, to: &list)
            }
            figures.member("by_ministry", listOf: bodies) { list, body in
                var links = scope.actions
                links.ministries = body.codes
                writeGroup(body.code.text, body.name, body.tally, links, to: &list) { line in
                    line.member("codes", body.codes.map(\.text))
                    line.member("missing", body.missing.map(\.text))
                    line.member("split", body.isDivided)
                }
            }
            figures.member("by_key_action", listOf: [true, false]) { list, isKey in
                var links = scope.actions
                links.keyAction = isKey
                writeGroup(String(isKey), Self.label(isKey: isKey)[language], facts.tallies.byKeyAction[isKey], links, to: &list)
            }
            writeLeftOut(to: &figures)
            figures.member("links") { writeLinks(to: &$0, target: target) }
        }
    }

    /// What the choice of states left out, and what is missing.
    func writeLeftOut(to figures: inout JSONWriter) {
        figures.member("excluded", listOf: facts.excluded) { writeExcluded($1, to: &$0) }
        figures.member("coverage", object: writeCoverage)
    }

    private func name(of ministry: MinistryCode) -> String { facts.names[ministry] ?? ministry.text }

    private func writeScope(to writer: inout JSONWriter) {
        writer.member("year", scope.year)
        scope.writeFilters(to: &writer)
        writer.member("perimeter", scope.perimeter.code)
        writer.member("as_of", facts.asOf)
        writer.member("known_at", facts.knownAt)
    }

    private func writeHeadline(to writer: inout JSONWriter) {
        let headline = Headline(total)
        writer.member("text", headline.text[language])
        writer.member("actions", headline.actions)
        writer.member("more_than", headline.moreThan)
        writer.member("percent", headline.percent)
    }

    func writeTotals(to writer: inout JSONWriter) {
        writer.member("roadmaps", facts.roadmaps.count)
        writer.member("actions", total.actions)
        writer.member("realisees", total.realisees)
        writer.member("abandonnees", total.abandonnees)
        writer.member("key_actions", total.keyActions)
        writer.member("late", total.late)
        writer.member("confidential", total.confidential)
    }

    private func writeRate(_ rate: Rate, to list: inout JSONWriter) {
        list.object { writer in
            writer.member("code", rate.code)
            writer.member("version", rate.version)
            writer.member("label", rate.label[language])
            writer.member("rule", rate.rule[language])
            writer.member("numerator", rate.numerator(total))
            writer.member("denominator", rate.denominator(total))
            writer.member("value", rate.value(total))
            writer.member("median_of_ministries", rate.median(of: bodies.map(\.tally)))
            writer.member("links") { links in
                links.member("numerator", scope.actions.numerator(of: rate).address)
                links.member("denominator", scope.actions.denominator(of: rate).address)
            }
        }
    }

    private func writeStatus(_ status: ActionStatus, to list: inout JSONWriter) {
        list.object { writer in
            writer.member("code", status.code)
            writer.member("label", vocabularies.label(status)[language])
            writer.member("actions", total[status])
            writer.member("links") { links in links.member("actions", scope.actions.narrowed(to: status).address) }
        }
    }

    private func writeGroup(
        _ code: String, _ label: String, _ tally: Tally?, _ filter: ActionFilter, to list: inout JSONWriter,
        more: (inout JSONWriter) -> Void = { _ in }
    ) {
        let tally = tally ?? Tally()
        list.object { writer in
            writer.member("code", code)
            writer.member("label", label)
            more(&writer)
            writer.member("actions", tally.actions)
            writer.member("by_status") { counts in
                for status in ActionStatus.allCases { counts.member(status.code, tally[status]) }
            }
            writer.member("realisees_identifiees", Rate.realiseesIdentifiees.value(tally))
            writer.member("links") { links in
                links.member("actions", filter.address)
                for status in ActionStatus.allCases { links.member(status.code, filter.narrowed(to: status).address) }
            }
        }
    }

    private func writeExcluded(_ excluded: FigureFacts.Excluded, to list: inout JSONWriter) {
        let hidden = excluded.state == .brouillon && !seesDrafts
        list.object { writer in
            writer.member("reason", "roadmap_state")
            writer.member("code", excluded.state.code)
            writer.member("label", vocabularies.label(excluded.state)[language])
            writer.member("roadmaps", hidden ? nil : excluded.roadmaps)
            writer.member("actions", hidden ? nil : excluded.actions)
        }
    }

    private func writeCoverage(to writer: inout JSONWriter) {
        func named(_ list: inout JSONWriter, _ ministry: MinistryCode) {
            list.object { object in
                object.member("code", ministry.text)
                object.member("name", name(of: ministry))
            }
        }
        if facts.rule != .first { writer.member("version", facts.rule.rawValue) }
        writer.member("expected", coverage.expected.count)
        writer.member("received", coverage.received.count)
        writer.member("late", coverage.lateCount(by: facts.rule))
        if facts.rule != .first {
            writer.member("late_ministries", listOf: coverage.late) { $1.write(to: &$0, name: name(of: $1.ministry)) }
        }
        writer.member("missing", listOf: coverage.missing, named)
        writer.member("unexpected", listOf: coverage.unexpected, named)
        writer.member("due_on", facts.census?.dueOn)
        writer.member("source", facts.coverageSource)
        writer.member("provisional", coverage.provisional)
        writer.member("oldest_update", facts.oldestUpdate)
        writer.member("without_reached_level", total.withoutReachedLevel)
    }

    private func writeLinks(to writer: inout JSONWriter, target: String) {
        writer.member("self", target)
        writeTotalLinks(to: &writer)
    }

    /// The lists that the totals count.
    func writeTotalLinks(to writer: inout JSONWriter) {
        func link(_ name: String, _ change: (inout ActionFilter) -> Void) {
            var filter = scope.actions
            change(&filter)
            writer.member(name, filter.address)
        }
        writer.member("roadmaps", roadmapsAddress)
        link("actions") { _ in }
        link("realisees") { $0.statuses = [.realisee] }
        link("abandonnees") { $0.statuses = [.abandonnee] }
        link("key_actions") { $0.keyAction = true }
        link("late") { $0.late = true }
        link("confidential") { $0.confidential = true }
        link("without_reached_level") { $0.reachedLevels = [nil] }
    }

    var roadmapsAddress: String {
        var address = "/v1/roadmaps?year=\(scope.year)&state=\(scope.states.map(\.code).joined(separator: ","))"
        if let ministries = scope.ministries { address += "&ministry=\(ministries.map(\.text).joined(separator: ","))" }
        for (name, value) in scope.reading.parameters { address += "&\(name)=\(PercentEncoding.encoded(value))" }
        return address
    }
}

extension Coverage.Late {
    /// With the name it bears in the answer.
    func write(to list: inout JSONWriter, name: String) {
        list.object { item in
            item.member("code", ministry.text)
            item.member("name", name)
            item.member("submitted_on", submittedOn)
        }
    }
}
