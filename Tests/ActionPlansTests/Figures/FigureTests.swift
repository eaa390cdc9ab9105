import RandomSeed
import Testing

@testable import ActionPlans

@Suite("Headline, rates and coverage")
struct FigureTests {
    private func tally(_ realisees: Int, of actions: Int, abandonnees: Int = 0) -> Tally {
        var tally = Tally()
        tally.realisees = realisees
        tally.abandonnees = abandonnees
        tally.aFaire = actions - realisees - abandonnees
        return tally
    }

    @Test(
        "the headline says the largest round hundred strictly below, and the exact count up to 300",
        arguments: [
            (94, 312, "Plus de 300 actions identifiées, dont 30\u{A0}% réalisées"),
            (90, 300, "300 actions identifiées, dont 30\u{A0}% réalisées"),
            (90, 301, "Plus de 300 actions identifiées, dont 30\u{A0}% réalisées"),
            (100, 400, "Plus de 300 actions identifiées, dont 25\u{A0}% réalisées"),
            (0, 12, "12 actions identifiées, dont 0\u{A0}% réalisées"),
            (1, 1, "1 action identifiée, dont 100\u{A0}% réalisée"),
            (0, 0, "Aucune action identifiée"),
            (617, 1_234, "Plus de 1\u{202F}200 actions identifiées, dont 50\u{A0}% réalisées"),
        ])
    func headline(realisees: Int, actions: Int, sentence: String) {
        #expect(Headline(tally(realisees, of: actions)).text.french == sentence)
    }

    @Test("abandoned actions stay in the base of the headline and leave that of the active rate")
    func abandoned() {
        let tally = tally(4, of: 12, abandonnees: 2)
        #expect(Rate.realiseesIdentifiees.value(tally)?.tenths == 333)
        #expect(Rate.realiseesActives.value(tally)?.tenths == 400)
    }

    @Test("the pooled ratio is not the median of the ministries, and the median is of the exact fractions")
    func median() {
        let ministries = [tally(1, of: 1), tally(0, of: 9), tally(1, of: 3), Tally()]
        let pooled = ministries.reduce(Tally(), +)
        #expect(Rate.realiseesIdentifiees.value(pooled)?.tenths == 154)
        #expect(Rate.realiseesIdentifiees.median(of: ministries)?.tenths == 333)
        #expect(Rate.realiseesIdentifiees.median(of: [tally(1, of: 3), tally(2, of: 3)])?.tenths == 500)
        #expect(Rate.realiseesIdentifiees.median(of: [Tally()]) == nil)
    }

    @Test("a tally counted action by action adds up over any split")
    func additive() throws {
        let day = try #require(CivilDate("2022-06-01"))
        var seed = Seed.fresh()
        var whole = Tallies(), parts = [Tallies(), Tallies()]
        let ministry = try #require(MinistryCode("TE"))
        for _ in 0..<500 {
            var action = Action(
                title: "T", theme: Theme.allCases.randomElement(using: &seed) ?? .achats,
                targetLevel: EngagementLevel.allCases.randomElement(using: &seed) ?? .reflexion)
            action.status = ActionStatus.allCases.randomElement(using: &seed) ?? .aFaire
            action.reachedLevel = Bool.random(using: &seed) ? nil : EngagementLevel.allCases.randomElement(using: &seed)
            action.keyAction = Bool.random(using: &seed)
            action.dueOn = Bool.random(using: &seed) ? CivilDate("2022-01-01") : nil
            let inCohort = Bool.random(using: &seed)
            whole.count(action, of: ministry, inCohort: inCohort, on: day)
            parts[Int.random(in: 0...1, using: &seed)].count(action, of: ministry, inCohort: inCohort, on: day)
        }
        #expect(parts[0].total + parts[1].total == whole.total)
        #expect(whole.total.actions == 500)
        for sum in [
            whole.byTheme.values.reduce(Tally(), +), whole.byTargetLevel.values.reduce(Tally(), +),
            whole.byReachedLevel.values.reduce(Tally(), +), whole.byKeyAction.values.reduce(Tally(), +),
        ] {
            #expect(sum == whole.total)
        }
    }

    @Test("who sent nothing is missing by name; who sent after the date is late; who was not expected is told apart")
    func coverage() throws {
        func code(_ text: String) throws -> MinistryCode { try #require(MinistryCode(text)) }
        let due = try #require(CivilDate("2022-03-31"))
        let received = [
            Coverage.Received(ministry: try code("TE"), submittedOn: due),
            Coverage.Received(ministry: try code("EF"), submittedOn: CivilDate("2022-04-01")),
            Coverage.Received(ministry: try code("XX"), submittedOn: nil),
        ]
        let expected: Set = [try code("TE"), try code("EF"), try code("AGR")]
        func coverage(_ day: String, of received: [Coverage.Received], sent: [Coverage.Received]) throws -> Coverage {
            Coverage(expected: expected, received: received, sent: sent, dueOn: due, on: try #require(CivilDate(day)))
        }
        let after = try coverage("2022-04-01", of: received, sent: received)
        #expect(after.missing == [try code("AGR")] && after.provisional)
        let late = [
            Coverage.Late(try code("AGR"), submittedOn: nil), Coverage.Late(try code("EF"), submittedOn: CivilDate("2022-04-01")),
        ]
        #expect(after.late == late && after.lateCount(by: .second) == 2 && after.lateCount(by: .first) == 1)
        #expect(after.unexpected == [try code("XX")])
        #expect(try coverage("2022-03-31", of: received, sent: received).late.isEmpty)
        let others = try coverage("2022-04-01", of: [], sent: received)
        #expect(others.late == late && others.missing.count == 3 && others.lateCount(by: .first) == 0)
        let without = Coverage(expected: nil, received: received, sent: received, dueOn: nil, on: due)
        #expect(without.missing.isEmpty && !without.provisional && without.expected.count == 3)
    }
}
