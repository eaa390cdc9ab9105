import Testing

@testable import ActionPlans

@Suite("States of a measure")
struct MeasureStateTests {
    private typealias Sample = IndicatorSample

    /// Every pair there is, and which roles may make the move; what is not here is refused to all.
    private static let allowed: [String: Set<Role>] = [
        "nil brouillon": [.referent, .coordinator], "nil soumise": [.referent, .coordinator],
        "nil validee": [.coordinator], "nil renvoyee": [.coordinator], "brouillon soumise": [.referent, .coordinator],
        "soumise brouillon": [.referent, .coordinator], "soumise validee": [.coordinator], "soumise renvoyee": [.coordinator],
        "renvoyee brouillon": [.referent, .coordinator], "renvoyee soumise": [.referent, .coordinator],
        "validee renvoyee": [.coordinator],
    ]

    @Test("each pair of states is allowed to the roles of the table and refused to all others")
    func everyPair() {
        for from in [nil] + MeasureState.allCases.map(Optional.some) {
            for to in MeasureState.allCases where from != to {
                let roles = Self.allowed["\(from?.code ?? "nil") \(to.code)"]
                for role in Role.allCases {
                    let refusal = Self.refusal { () throws(Refusal) in
                        try MeasureState.checkMove(from: from, to: to, by: role, of: "REEMPLOI/TE/2025")
                    }
                    #expect(MeasureState.allowed(from: from, by: role).contains(to) == (roles?.contains(role) ?? false))
                    switch (roles, refusal) {
                    case (nil, .conflict("REEMPLOI/TE/2025", let fault)?): #expect(fault.member == "state")
                    case (let roles?, nil): #expect(roles.contains(role), "\(String(describing: from)) \(to) \(role)")
                    case (let roles?, .forbidden?): #expect(!roles.contains(role))
                    default: Issue.record("\(String(describing: from)) → \(to) as \(role): \(String(describing: refusal))")
                    }
                }
            }
        }
    }

    private static func refusal(_ write: () throws(Refusal) -> Void) -> Refusal? {
        do throws(Refusal) {
            try write()
            return nil
        } catch {
            return error
        }
    }

    private static func refusal(
        _ state: MeasureState, _ answer: String, over earlier: MeasureState, by role: Role, reason: String? = nil
    ) throws -> Refusal? {
        let stored = try Sample.measure(Sample.value("5"), "2025", earlier)
        let sent = try Sample.measure(Sample.value(answer), "2025", state)
        return refusal { () throws(Refusal) in try sent.checkWrite(over: stored, by: role, reason: reason) }
    }

    @Test("the body changes its answer until it is validated, and sends it with its state at once")
    func answersBeforeValidation() throws {
        for state in [MeasureState.brouillon, .soumise, .renvoyee] {
            #expect(try Self.refusal(state, "6", over: state, by: .referent) == nil)
        }
        #expect(try Self.refusal(.soumise, "6", over: .renvoyee, by: .referent) == nil)
        let new = try Sample.measure(Sample.value("5"))
        #expect(Self.refusal { () throws(Refusal) in try new.checkWrite(over: nil, by: .referent, reason: nil) } == nil)
    }

    @Test("a validated answer is corrected by coordinators alone, who say why")
    func answersAfterValidation() throws {
        #expect(try Self.refusal(.validee, "5", over: .validee, by: .referent) == nil, "the same again")
        guard case .forbidden? = try Self.refusal(.validee, "6", over: .validee, by: .referent) else {
            Issue.record("a body corrected a validated answer")
            return
        }
        guard case .invalid(let faults)? = try Self.refusal(.validee, "6", over: .validee, by: .coordinator) else {
            Issue.record("a validated answer was corrected without a reason")
            return
        }
        #expect(Sample.places(faults) == ["reason required"])
        #expect(try Self.refusal(.validee, "6", over: .validee, by: .coordinator, reason: "erreur de saisie") == nil)
        #expect(try Self.refusal(.validee, "5.0", over: .validee, by: .coordinator) != nil, "another writing is a correction")
        #expect(try Self.refusal(.renvoyee, "5", over: .validee, by: .coordinator) == nil)
        #expect(try Self.refusal(.renvoyee, "6", over: .validee, by: .coordinator) != nil)
        #expect(try Self.refusal(.soumise, "6", over: .validee, by: .referent) != nil)
    }

    @Test("the reason of a return is the coordinators’, whatever the body answers under it")
    func reasonOfReturn() throws {
        var stored = try Sample.measure(Sample.value("5"), "2025", .renvoyee)
        stored.stateReason = "unité à vérifier"
        var sent = stored
        sent.answer = try Sample.value("6")
        #expect(Self.refusal { () throws(Refusal) in try sent.checkWrite(over: stored, by: .referent, reason: nil) } == nil)
        sent.stateReason = "rien à signaler"
        let refusal = Self.refusal { () throws(Refusal) in try sent.checkWrite(over: stored, by: .referent, reason: nil) }
        guard case .forbidden? = refusal else {
            Issue.record("a body rewrote why its measure was returned")
            return
        }
        #expect(Self.refusal { () throws(Refusal) in try sent.checkWrite(over: stored, by: .coordinator, reason: nil) } == nil)
    }
}
