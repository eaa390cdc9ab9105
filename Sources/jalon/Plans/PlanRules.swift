import ActionPlans
import Foundation
import JalonServer

/// The rules of a plan, as far as they go without a database: those of a coordinator's creation.
struct PlanRules {
    private let today: CivilDate
    private let catalogue: PracticeCatalogue

    init() {
        today = Self.todayInParis()
        catalogue = PracticeCatalogue(ids: Self.practices)
    }

    /// Every id of the form that the catalogue's ids have: `a.1` to `z.99`.
    private static let practices = (UInt8(ascii: "a")...UInt8(ascii: "z")).flatMap { letter in
        (1...99).map { "\(Character(UnicodeScalar(letter))).\($0)" }
    }

    /// The faults in the order of the text.
    func faults(of file: SourceFile) -> [Problem.Located] {
        let noted = FaultList()
        var members = MemberReader(file.root, faults: noted)
        let effectiveOn = members.date("effective_on").given
        let reason = members.text("reason").given
        let plan = PlanReader(&members, noting: noted, for: nil, labels: nil, table: file.document.table)
        var faults = plan.faults
        if let reason {
            _ = TextRule(longest: ChangeContext.longestReason, multiline: true)
                .checked(reason, member: "reason", faults: &faults)
        }
        let context = context(effectiveOn, faults: &faults)
        // A roadmap that could not be named still has actions to be judged.
        let stand = MinistryCode("X").flatMap { RoadmapID(ministry: $0, firstYear: today.year) }
        if let id = plan.id ?? stand, let context {
            add(to: &faults) { () throws(Refusal) in
                _ = try PlanDifference(
                    applying: plan.document, to: id, roadmap: nil, stored: [:], in: context, by: .coordinator,
                    catalogue: catalogue)
            }
        }
        let problem = Problem(.invalid(Self.rootFirst(faults)), in: file.document)
        return problem.faults.sorted { Self.rank($0) < Self.rank($1) }
    }

    /// A document that is no object at all has no members to miss.
    static func rootFirst(_ faults: [Fault]) -> [Fault] {
        faults.first { $0.member.isEmpty }.map { [$0] } ?? faults
    }

    private func context(_ effectiveOn: CivilDate?, faults: inout [Fault]) -> ChangeContext? {
        var context = try? ChangeContext(effectiveOn: nil, reason: nil, today: today)
        add(to: &faults) { () throws(Refusal) in
            context = try ChangeContext(effectiveOn: effectiveOn, reason: nil, today: today)
        }
        return context
    }

    /// A member already at fault is not blamed twice.
    private func add(to faults: inout [Fault], _ rule: () throws(Refusal) -> Void) {
        do throws(Refusal) {
            try rule()
        } catch {
            guard case .invalid(let more) = error else { return }
            faults += more.beyond(faults)
        }
    }

    private static func rank(_ fault: Problem.Located) -> (Int, Int) {
        (fault.position?.line ?? 0, fault.position?.column ?? 0)
    }

    private static func todayInParis() -> CivilDate {
        var calendar = Calendar(identifier: .gregorian)
        // Without time zone data the day may be yesterday's for an hour or two: better than no answer.
        calendar.timeZone = TimeZone(identifier: "Europe/Paris") ?? .gmt
        let day = calendar.dateComponents([.year, .month, .day], from: Date())
        let date = CivilDate(year: day.year ?? 0, month: day.month ?? 0, day: day.day ?? 0)
        guard let date else { preconditionFailure("the clock is outside \(CivilDate.years)") }
        return date
    }
}
