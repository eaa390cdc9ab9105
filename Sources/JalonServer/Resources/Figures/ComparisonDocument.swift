import ActionPlans

/// A comparison as it is answered: two totals, and all that leads from the one to the other.
struct ComparisonDocument {
    let comparison: FigureComparison
    /// The instants to ask each side again at.
    let known: (from: String, to: String)
    let moves: Decompositions
    let names: [MinistryCode: String]
    let vocabularies: Vocabularies
    let language: Language

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { document in
            document.member("scope", object: writeScope)
            document.member("from") { writeSide(comparison.from, known.from, moves.total.from, to: &$0) }
            document.member("to") { writeSide(comparison.to, known.to, moves.total.to, to: &$0) }
            document.member("change") { Self.writeEffect(moves.total.change, to: &$0) }
            document.member("moves", listOf: MoveCause.allCases) { list, cause in
                writeMove(cause, moves.total[cause], comparison, to: &list)
            }
            document.member("by_ministry", listOf: moves.byMinistry.keys.sorted()) { list, ministry in
                let own = comparison.narrowed { $0.ministries = [ministry] }
                writeGroup(ministry.text, names[ministry] ?? ministry.text, moves.byMinistry[ministry], own, to: &list)
            }
            document.member("by_theme", listOf: Theme.allCases) { list, theme in
                let own = comparison.narrowed { $0.themes = [theme] }
                writeGroup(theme.code, vocabularies.label(theme)[language], moves.byTheme[theme], own, to: &list)
            }
            document.member("links") { $0.member("self", target) }
        }
    }

    private func writeScope(to writer: inout JSONWriter) {
        comparison.from.writeFilters(to: &writer)
        // Nothing tells yet which action of a plan goes on in the next one.
        writer.member("lineage", comparison.from.year == comparison.to.year ? nil : "unknown")
    }

    private func writeSide(_ scope: FigureScope, _ knownAt: String, _ tally: Tally, to writer: inout JSONWriter) {
        let rate = Rate.realiseesIdentifiees
        writer.member("year", scope.year)
        writer.member("as_of", scope.reading.asOf)
        writer.member("known_at", knownAt)
        Self.writeCounts(tally, to: &writer)
        writer.member("realisees_identifiees") { object in
            object.member("version", rate.version)
            object.member("numerator", rate.numerator(tally))
            object.member("denominator", rate.denominator(tally))
            object.member("value", rate.value(tally))
        }
        writer.member("links") { links in
            links.member("figures", "/v1/figures?\(scope.query)")
            links.member("actions", "/v1/actions?\(scope.actions.query)")
        }
    }

    private static func writeCounts(_ tally: Tally, to writer: inout JSONWriter) {
        writer.member("actions", tally.actions)
        writer.member("by_status") { counts in
            for status in ActionStatus.allCases { counts.member(status.code, tally[status]) }
        }
    }

    /// Signed counts. Those of `actions` and of `realisees` are what the denominator and the numerator of the rate gain.
    private static func writeEffect(_ tally: Tally, to writer: inout JSONWriter) {
        writer.member("actions", tally.actions)
        writer.member("realisees", tally.realisees)
        writer.member("by_status") { counts in
            for status in ActionStatus.allCases { counts.member(status.code, tally[status]) }
        }
    }

    private func writeMove(
        _ cause: MoveCause, _ part: Decomposition.Part, _ comparison: FigureComparison, to list: inout JSONWriter
    ) {
        list.object { move in
            move.member("cause", cause.code)
            move.member("label", cause.label[language])
            move.member("count", part.actions)
            move.member("effect") { Self.writeEffect(part.effect, to: &$0) }
            move.member("links") { $0.member("actions", cause == .unchanged ? nil : comparison.actions(of: cause)) }
        }
    }

    /// One ministry or one theme, with the causes that have actions there.
    private func writeGroup(
        _ code: String, _ label: String, _ moves: Decomposition?, _ comparison: FigureComparison, to list: inout JSONWriter
    ) {
        let moves = moves ?? Decomposition()
        list.object { group in
            group.member("code", code)
            group.member("label", label)
            group.member("from") { Self.writeCounts(moves.from, to: &$0) }
            group.member("to") { Self.writeCounts(moves.to, to: &$0) }
            group.member("moves", listOf: MoveCause.allCases.filter { moves[$0].actions > 0 }) { list, cause in
                writeMove(cause, moves[cause], comparison, to: &list)
            }
        }
    }
}
