import ActionPlans
import Documents
import Postgres

/// What every write says beside its content: from when it is true, why, and whether it is only a rehearsal.
package struct WriteRequest: Sendable {
    package let effectiveOn: CivilDate?
    let reason: String?
    let dryRun: Bool

    private static let reasonRule = TextRule(longest: ChangeContext.longestReason, multiline: true)

    init(effectiveOn: CivilDate?, reason: String?, dryRun: Bool) {
        self.effectiveOn = effectiveOn
        self.reason = reason
        self.dryRun = dryRun
    }

    /// For POST, PATCH and PUT: the members `effective_on` and `reason` of the body.
    init(_ call: Call, _ members: inout MemberReader, noting faults: FaultList) throws {
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        self.init(&members, noting: faults, dryRun: dryRun)
    }

    /// For what holds from the moment at which it is recorded: it has no day of its own.
    init(ofNow call: Call, _ members: inout MemberReader, noting faults: FaultList) throws {
        var parameters = call.parameters()
        let dryRun = parameters.flag("dry_run") ?? false
        try parameters.finish()
        self.init(ofNow: &members, noting: faults, dryRun: dryRun)
    }

    /// The same, where the query has been read.
    init(ofNow members: inout MemberReader, noting faults: FaultList, dryRun: Bool) {
        let said = WriteRequest(&members, noting: faults, dryRun: dryRun)
        self.init(effectiveOn: nil, reason: said.reason, dryRun: dryRun)
        guard said.effectiveOn != nil else { return }
        faults.add(
            Fault(
                "effective_on", .inconsistent,
                Message(
                    "Ce qui est dit ici n’a pas de date d’effet : ôtez « effective_on ».",
                    "What is said here has no effective date: take “effective_on” out.")))
    }

    /// What the body says alone.
    package init(_ members: inout MemberReader, noting faults: FaultList, dryRun: Bool = false) {
        self.dryRun = dryRun
        effectiveOn = members.date("effective_on").given
        reason = Self.reason(members.text("reason").given, noting: faults)
        if let effectiveOn { Self.check(effectiveOn, noting: faults) }
    }

    /// For DELETE, which has no body: the query parameters of the same names.
    init(_ call: Call) throws {
        var parameters = call.parameters()
        self.init(&parameters)
        try parameters.finish()
    }

    /// The same of what holds from the moment at which it is recorded.
    init(ofNow call: Call) throws {
        var parameters = call.parameters()
        self.init(ofNow: &parameters)
        try parameters.finish()
    }

    /// What the query says of what holds from now on; its faults are noted there.
    init(ofNow parameters: inout ParameterReader) {
        let dryRun = parameters.flag("dry_run") ?? false
        let faults = FaultList()
        let reason = Self.reason(parameters.text("reason"), noting: faults)
        for fault in faults.faults { parameters.fault(fault.member, fault.code, fault.message) }
        self.init(effectiveOn: nil, reason: reason, dryRun: dryRun)
    }

    /// What the query says alone; its faults are noted there.
    init(_ parameters: inout ParameterReader) {
        dryRun = parameters.flag("dry_run") ?? false
        effectiveOn = parameters.date("effective_on")
        let faults = FaultList()
        reason = Self.reason(parameters.text("reason"), noting: faults)
        if let effectiveOn { Self.check(effectiveOn, noting: faults) }
        for fault in faults.faults { parameters.fault(fault.member, fault.code, fault.message) }
    }

    private static func check(_ date: CivilDate, noting faults: FaultList) {
        guard date.year < RoadmapID.years.lowerBound else { return }
        faults.add(
            Fault(
                "effective_on", .outOfRange,
                Message("Aucune modification ne prend effet avant l’an 2000.", "No change takes effect before the year 2000.")))
    }

    private static func reason(_ text: String?, noting faults: FaultList) -> String? {
        guard let text else { return nil }
        var noted: [Fault] = []
        let checked = reasonRule.checked(text, member: "reason", faults: &noted)
        for fault in noted { faults.add(fault) }
        return checked
    }
}
