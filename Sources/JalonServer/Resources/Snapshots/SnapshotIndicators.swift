import ActionPlans
import Documents
import Postgres

/// The indicators of a year as a snapshot freezes them. Their numbers are texts: canonical JSON has no other way to keep all the digits
/// of an exact decimal.
struct SnapshotIndicators {
    private let figures: [IndicatorFigure]

    /// - Returns: nil for a snapshot of a part of the year's plans: indicators are answered for all.
    init?(_ session: borrowing Session, of scope: FigureScope) throws {
        guard scope.isOfAll else { return nil }
        figures = try IndicatorFigure.all(session, of: scope.year, in: scope.reading, for: nil)
    }

    var frozen: DocumentNode {
        get throws {
            var writer = JSONWriter(capacity: 8 << 10)
            writer.list(of: figures) { Self.write($1, to: &$0) }
            return try SnapshotDocument.parsed(writer)
        }
    }

    /// One for each number that may still change.
    var warnings: [Warning] { figures.filter(\.isProvisional).map(Warning.provisional) }

    private static func write(_ figure: IndicatorFigure, to list: inout JSONWriter) {
        list.object { object in
            object.member("code", figure.indicator.code.text)
            object.member("title", figure.definition.title)
            object.member("unit", figure.definition.unit)
            object.member("version", figure.definition.number)
            object.member("rule", figure.definition.rule[.french])
            object.member("value", text(figure.number.value))
            object.member("numerator", text(figure.number.numerator))
            object.member("denominator", text(figure.number.denominator))
            object.member("provisional", figure.isProvisional)
            object.member("expected", figure.expected)
            object.member("validated", figure.validated)
            object.member("target", text(figure.target?.target.value))
            object.member("contributors", listOf: figure.contributors) { list, contributor in
                list.object { item in
                    item.member("code", contributor.body.body.text)
                    item.member("value", text(contributor.body.value))
                    item.member("numerator", text(contributor.body.numerator))
                    item.member("denominator", text(contributor.body.denominator))
                    item.member("estimated", contributor.isEstimated)
                }
            }
            object.member("not_counted", listOf: notCounted(figure)) { list, measure in
                list.object { item in
                    item.member("code", measure.key)
                    item.member("standing", measure.standing)
                }
            }
        }
    }

    private static func text(_ number: ExactDecimal?) -> String? { number?.description }

    /// Every body and period that is not in the number, and why.
    private static func notCounted(_ figure: IndicatorFigure) -> [(key: String, standing: String)] {
        let missing = figure.missing.flatMap { body in body.periods.map { (key: "\(body.body)/\($0)", standing: "missing") } }
        let reasons = [(figure.notApplicable, "not_applicable"), (figure.unavailable, "unavailable")]
            .flatMap { reasons, standing in reasons.map { (key: "\($0.body)/\($0.period)", standing: standing) } }
        let pending = figure.pending.map { (key: "\($0.body)/\($0.period)", standing: $0.state.rawValue) }
        return (missing + reasons + pending).sorted { $0.key < $1.key }
    }
}

extension Warning {
    fileprivate static func provisional(_ figure: IndicatorFigure) -> Warning {
        let counts = [
            counted(
                figure.missing.count, Message("organisme manque", "body is missing"),
                Message("organismes manquent", "bodies are missing")),
            counted(
                figure.pending.count, Message("réponse n’est pas validée", "answer is not validated"),
                Message("réponses ne sont pas validées", "answers are not validated")),
            counted(
                figure.unavailable.count, Message("nombre n’est pas encore connu", "number is not known yet"),
                Message("nombres ne sont pas encore connus", "numbers are not known yet")),
        ].compactMap { $0 }
        let unknown = figure.expected == nil ? [Message("rien ne dit qui est attendu", "nothing says who is expected")] : []
        let reasons = unknown + counts
        return Warning(
            .provisionalIndicator,
            Message(
                """
                L’indicateur \(figure.indicator.code) est provisoire : \(reasons.map(\.french).joined(separator: ", ")). Quand il ne le sera plus, \
                arrêtez une nouvelle édition.
                """,
                """
                The indicator \(figure.indicator.code) is provisional: \(reasons.map(\.english).joined(separator: ", ")). When it no longer is, \
                freeze a new edition.
                """))
    }

    private static func counted(_ number: Int, _ one: Message, _ several: Message) -> Message? {
        guard number > 0 else { return nil }
        let words = number == 1 ? one : several
        return Message("\(number) \(words.french)", "\(number) \(words.english)")
    }
}
