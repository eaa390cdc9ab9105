import ActionPlans
import Documents

/// The figures of several years, or of the groups of one: a row for each year and each group, with all five rates.
struct GroupedFigures: Sendable {
    static let mostCells = 2_000

    let scope: FigureScope
    let groups: [FigureGroup]
    let years: [FigureDocument]
    let cells: [FigureCell]

    /// - Throws: ``ProblemKind/invalidParameter`` for more rows than one answer may have.
    init(_ years: [FigureDocument], of scope: FigureScope, by groups: [FigureGroup]) throws {
        let count = years.reduce(0) { $0 + FigureCell.count(of: $1, by: groups) }
        guard count <= Self.mostCells else { throw Problem.tooManyCells(count, Self.mostCells) }
        self.scope = scope
        self.groups = groups
        self.years = years
        cells = years.flatMap { FigureCell.all(of: $0, by: groups) }
    }

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { figures in
            figures.member("scope", object: writeScope)
            figures.member("rates", listOf: Rate.allCases) { list, rate in
                list.object { object in
                    object.member("code", rate.code)
                    object.member("version", rate.version)
                    object.member("label", rate.label[language])
                    object.member("rule", rate.rule[language])
                }
            }
            figures.member("years", listOf: years) { Self.write($1, to: &$0) }
            figures.member("data", listOf: cells) { write($1, to: &$0) }
            figures.member("links") { $0.member("self", target) }
        }
    }

    var language: Language { years.first?.language ?? .french }
    var vocabularies: Vocabularies? { years.first?.vocabularies }

    private func writeScope(to writer: inout JSONWriter) {
        if writer.key("years") { writer.list(of: scope.years) { $0.value($1) } }
        writer.member("groups", groups.map(\.code))
        scope.writeFilters(to: &writer)
        writer.member("perimeter", scope.perimeter.code)
        writer.member("as_of", years.first?.facts.asOf)
        writer.member("known_at", years.first?.facts.knownAt)
    }

    private static func write(_ year: FigureDocument, to list: inout JSONWriter) {
        list.object { object in
            object.member("year", year.scope.year)
            object.member("totals", object: year.writeTotals)
            year.writeLeftOut(to: &object)
            object.member("links") { links in
                links.member("figures", year.scope.links.figures)
                year.writeTotalLinks(to: &links)
            }
        }
    }

    /// A row, which is also a line of NDJSON.
    func write(_ cell: FigureCell, to list: inout JSONWriter) {
        list.object { object in
            object.member("year", cell.scope.year)
            writeGroups(of: cell, to: &object)
            object.member("actions", cell.tally.actions)
            object.member("by_status") { counts in
                for status in ActionStatus.allCases { counts.member(status.code, cell.tally[status]) }
            }
            object.member("late", cell.tally.late)
            let filter = cell.scope.actions
            object.member("rates") { rates in
                for rate in Rate.allCases {
                    rates.member(rate.code) { object in
                        object.member("numerator", rate.numerator(cell.tally))
                        object.member("denominator", rate.denominator(cell.tally))
                        object.member("value", rate.value(cell.tally))
                        object.member("links") { links in
                            links.member("numerator", filter.numerator(of: rate).address)
                            links.member("denominator", filter.denominator(of: rate).address)
                        }
                    }
                }
            }
            object.member("links") { links in
                links.member("figures", cell.scope.links.figures)
                links.member("actions", filter.address)
                for status in ActionStatus.allCases { links.member(status.code, filter.narrowed(to: status).address) }
                links.member("late", filter.thatAreLate.address)
            }
        }
    }

    private func writeGroups(of cell: FigureCell, to object: inout JSONWriter) {
        if let body = cell.body {
            object.member("ministry", body.code.text)
            object.member("ministry_name", body.name)
            object.member("codes", body.codes.map(\.text))
            object.member("missing", body.missing.map(\.text))
            object.member("split", body.isDivided)
        }
        if let theme = cell.theme {
            object.member("theme", theme.code)
            object.member("theme_label", vocabularies?.label(theme)[language])
        }
        if let level = cell.targetLevel {
            object.member("target_level", level.code)
            object.member("target_level_label", vocabularies?.label(level)[language])
        }
    }
}

extension Problem {
    fileprivate static func tooManyCells(_ count: Int, _ most: Int) -> Problem {
        let message = Message(
            "\(count) lignes, \(most) au plus : demandez moins d’années ou de groupes, ou moins de ministères avec « ministry ».",
            "\(count) rows, \(most) at most: ask for fewer years or groups, or for fewer ministries with “ministry”.")
        var problem = Problem(.invalidParameter, message)
        problem.faults = [Located(place: .parameter("group"), code: .tooMany, message: message)]
        return problem
    }
}
