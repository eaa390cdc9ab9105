import ActionPlans

/// The barometer as data. Nothing in it moves while the data do not.
struct BarometerDocument {
    private let barometer: Barometer
    private var language: Language { barometer.language }

    init(_ barometer: Barometer) { self.barometer = barometer }

    func write(to writer: inout JSONWriter, target: String) {
        writer.object { document in
            document.member("year", barometer.year)
            document.member("title", Barometer.title[language])
            document.member("headline") { headline in
                headline.member("text", barometer.headline.text[language])
                headline.member("actions", barometer.headline.actions)
                headline.member("more_than", barometer.headline.moreThan)
                headline.member("percent", barometer.headline.percent)
            }
            document.member("as_of", barometer.day)
            document.member("known_at", barometer.scope.reading.knownAt)
            document.member("last_change", barometer.lastChange?.instant)
            document.member("rates", listOf: Rate.allCases) { writeRate($1, to: &$0) }
            document.member("by_status", listOf: barometer.statuses) { list, status in
                list.object { item in
                    item.member("code", status.code)
                    item.member("label", status.label)
                    item.member("actions", status.actions)
                }
            }
            document.member("by_theme", listOf: barometer.themes) { writeGroup($1, to: &$0) }
            document.member("by_target_level", listOf: barometer.targetLevels) { writeGroup($1, to: &$0) }
            document.member("by_reached_level", listOf: barometer.reachedLevels) { writeGroup($1, to: &$0) }
            document.member("ministries", listOf: barometer.ministries) { writeMinistry($1, to: &$0) }
            document.member("coverage", object: writeCoverage)
            document.member("series", listOf: barometer.points) { list, point in
                list.object { item in
                    item.member("as_of", point.day)
                    writeCounts(point.total, to: &item)
                }
            }
            document.member("indicators", listOf: barometer.indicators) { list, figure in
                figure.writeLine(to: &list, in: language, figure.links(in: barometer.scope.reading))
            }
            document.member("impacts", object: writeImpacts)
            writeSnapshot(to: &document)
            document.member("source", Barometer.source[language])
            document.member("licence") { licence in
                licence.member("code", Barometer.licence.code)
                licence.member("name", Barometer.licence.name[language])
                licence.member("url", Barometer.licence.address)
            }
            document.member("links") { links in
                links.member("self", target)
                links.member("figures", barometer.figuresAddress)
                links.member("actions", barometer.actionsAddress)
                links.member("methodology", Barometer.methodologyAddress)
                links.member("pictures") { pictures in
                    for kind in BarometerPicture.Kind.allCases {
                        pictures.member(kind.rawValue, barometer.address(of: kind))
                    }
                }
            }
        }
    }

    private func writeRate(_ rate: Rate, to list: inout JSONWriter) {
        list.object { item in
            item.member("code", rate.code)
            item.member("version", rate.version)
            item.member("label", rate.label[language])
            item.member("rule", rate.rule[language])
            item.member("value", rate.value(barometer.total))
            item.member("numerator", rate.numerator(barometer.total))
            item.member("denominator", rate.denominator(barometer.total))
        }
    }

    private func writeImpacts(to writer: inout JSONWriter) {
        ImpactFigures.writeRules(to: &writer, in: language)
        writer.member("families", listOf: barometer.impacts.figures.families) { list, family in
            list.object { family.writeTotal(to: &$0) }
        }
        writer.member("links") { $0.member("figures", barometer.impactsAddress) }
    }

    private func writeSnapshot(to document: inout JSONWriter) {
        guard let snapshot = barometer.snapshot else { return document.member("snapshot", nil as String?) }
        document.member("snapshot") { object in
            object.member("id", snapshot.id)
            object.member("title", snapshot.title)
            object.member("as_of", snapshot.asOf)
            object.member("sha256", snapshot.sha256)
            object.member("links") { links in
                links.member("self", "/v1/snapshots/\(snapshot.id)")
                links.member("document", "/v1/snapshots/\(snapshot.id)/document")
            }
        }
    }

    private func writeCounts(
        _ tally: Tally?, to item: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
    ) {
        item.member("actions", tally?.actions)
        more(&item)
        item.member("realisees", tally?.realisees)
        item.member("realisees_identifiees", tally.flatMap { Rate.realiseesIdentifiees.value($0) })
    }

    private func writeGroup(_ group: Barometer.Group, to list: inout JSONWriter) {
        list.object { item in
            item.member("code", group.code)
            item.member("label", group.label)
            writeCounts(group.tally, to: &item) { counts in
                counts.member("by_status") { list in
                    for status in ActionStatus.allCases { list.member(status.code, group.tally[status]) }
                }
            }
        }
    }

    private func writeMinistry(_ ministry: Barometer.Ministry, to list: inout JSONWriter) {
        list.object { item in
            item.member("code", ministry.code.text)
            item.member("name", ministry.name)
            item.member("acronym", ministry.acronym)
            item.member("plan") { plan in
                plan.member("code", ministry.plan.rawValue)
                plan.member("label", ministry.plan.label[language])
            }
            item.member("late", ministry.isLate)
            writeCounts(ministry.tally, to: &item)
        }
    }

    private func writeCoverage(to writer: inout JSONWriter) {
        func named(_ list: inout JSONWriter, _ ministry: MinistryCode) {
            list.object { item in
                item.member("code", ministry.text)
                item.member("name", barometer.name(of: ministry))
            }
        }
        writer.member("text", barometer.coverageText[language])
        writer.member("source", barometer.hasCensus ? "census" : "roadmaps")
        writer.member("expected", barometer.coverage.expected.count)
        writer.member("received", barometer.coverage.received.count)
        writer.member("due_on", barometer.dueOn)
        writer.member("late", barometer.coverage.late.count)
        writer.member("late_ministries", listOf: barometer.coverage.late) {
            $1.write(to: &$0, name: barometer.name(of: $1.ministry))
        }
        writer.member("missing", listOf: barometer.coverage.missing, named)
        writer.member("unexpected", listOf: barometer.coverage.unexpected, named)
        writer.member("provisional", barometer.coverage.provisional)
    }
}

extension Barometer {
    static let methodologyAddress = "/docs#\(MethodSection.anchor)"

    var figuresAddress: String { "/v1/figures?\(query)" }
    var actionsAddress: String { "/v1/actions?\(scope.actions.query)" }

    /// Impacts have a year and no other day.
    var impactsAddress: String {
        let known = scope.reading.knownAt.map { [("known_at", $0)] } ?? []
        return "/v1/impacts/figures?\(PercentEncoding.query([("year", String(year))] + known))"
    }

    /// Where a picture of these very numbers stands alone.
    func address(of picture: BarometerPicture.Kind) -> String { "/v1/barometer/\(picture.fileName)?\(query)" }

    private var query: String { PercentEncoding.query([("year", String(year))] + scope.reading.parameters) }
}
