import ActionPlans

extension IndicatorFigure {
    /// The whole of it, with each body by name.
    func write(to writer: inout JSONWriter, knownAt: String?, in language: Language, _ links: Links) {
        writer.object { object in
            writeNumber(to: &object, knownAt: knownAt, in: language)
            writeBodies(to: &object)
            writeCoverage(to: &object)
            object.member("median", number.median)
            object.member("lowest", number.lowest)
            object.member("highest", number.highest)
            target.write(to: &object)
            writePublished(to: &object)
            object.member("links") { member in
                member.member("self", links.own)
                member.member("indicator", ResourceID.indicator(indicator.code).address)
                member.member("measures", links.measures)
            }
        }
    }

    /// A line of the page of all indicators.
    func writeLine(to writer: inout JSONWriter, in language: Language, _ links: Links) {
        writer.object { object in
            indicator.writeReference(to: &object, definition)
            object.member("version", definition.number)
            object.member("period", period.description)
            object.member("value", number.value)
            object.member("numerator", number.numerator)
            object.member("denominator", number.denominator)
            object.member("rule", definition.rule[language])
            object.member("provisional", isProvisional)
            writeCoverage(to: &object)
            target.write(to: &object)
            writePublished(to: &object)
            object.member("links") { member in
                member.member("figures", links.own)
                member.member("measures", links.measures)
            }
        }
    }

    /// Where the number and the measures behind it are read.
    struct Links: Sendable {
        let own: String
        let measures: String
    }

    private func writeNumber(to object: inout JSONWriter, knownAt: String?, in language: Language) {
        indicator.writeReference(to: &object, definition)
        object.member("version", definition.number)
        object.member("period", period.description)
        object.member("ministry", ministry?.text)
        object.member("known_at", knownAt)
        object.member("value", number.value)
        object.member("numerator", number.numerator)
        object.member("denominator", number.denominator)
        object.member("rule", definition.rule[language])
        object.member("provisional", isProvisional)
    }

    private func writeBodies(to object: inout JSONWriter) {
        object.member("contributors", listOf: contributors) { writer, contributor in
            writer.object { item in
                write(contributor.body.body, to: &item)
                item.member("value", contributor.body.value)
                item.member("numerator", contributor.body.numerator)
                item.member("denominator", contributor.body.denominator)
                item.member("estimated", contributor.isEstimated)
                item.member("periods", contributor.periods)
            }
        }
        object.member("missing", listOf: missing) { writer, missing in
            writer.object { item in
                write(missing.body, to: &item)
                item.member("periods", missing.periods.map(\.description))
                item.member("days_late", missing.daysLate)
            }
        }
        for (name, reasons) in [("not_applicable", notApplicable), ("unavailable", unavailable)] {
            object.member(name, listOf: reasons) { writer, reason in
                writer.object { item in
                    write(reason.body, to: &item)
                    item.member("period", reason.period.description)
                    item.member("reason", reason.reason)
                }
            }
        }
        object.member("pending", listOf: pending) { writer, pending in
            writer.object { item in
                write(pending.body, to: &item)
                item.member("period", pending.period.description)
                item.member("state", pending.state.rawValue)
            }
        }
    }

    /// Beside the number that is computed, never mixed with it.
    private func writePublished(to object: inout JSONWriter) {
        object.member("published", listOf: published) { list, printed in
            list.object { item in
                item.member("value", printed.number.value)
                item.member("relation", printed.number.relation.rawValue)
                item.member("difference", difference(from: printed.number))
                item.member("title", printed.figure.title)
                item.member("source", printed.figure.source)
                item.member("page", printed.figure.page)
                item.member("links") { $0.member("published_figure", printed.figure.address) }
            }
        }
    }

    private func write(_ body: MinistryCode, to item: inout JSONWriter) {
        item.member("ministry", body.text)
        item.member("name", names[body])
    }

    private func writeCoverage(to object: inout JSONWriter) {
        object.member("coverage") { coverage in
            coverage.member("expected", expected)
            coverage.member("validated", validated)
            coverage.member("pending", pending.count)
            coverage.member("missing", missing.reduce(0) { $0 + $1.periods.count })
            coverage.member("not_applicable", notApplicable.count)
            coverage.member("unavailable", unavailable.count)
        }
    }
}

extension TargetPosition? {
    /// As the member `target`.
    fileprivate func write(to object: inout JSONWriter) {
        guard let position = self else { return object.member("target", nil as String?) }
        object.member("target") { target in
            target.member("period", position.target.period.description)
            target.member("value", position.target.value)
            target.member("gap", position.gap)
            target.member("path_value", position.pathValue)
            target.member("on_path", position.isOnPath)
        }
    }
}

extension IndicatorRecord {
    /// Which indicator a number is of, as the member `indicator`.
    func writeReference(to object: inout JSONWriter, _ definition: IndicatorDefinition) {
        object.member("indicator") { indicator in
            indicator.member("code", code.text)
            indicator.member("title", definition.title)
            indicator.member("kind", definition.kind.rawValue)
            indicator.member("unit", definition.unit)
            indicator.member("decimals", definition.decimals)
            indicator.member("direction", definition.direction.rawValue)
        }
    }
}
