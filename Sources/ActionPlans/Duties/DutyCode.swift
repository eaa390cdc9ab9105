/// What may be expected of somebody now. A duty is no resource: it follows from the facts, appears with them and ends with them.
package enum DutyCode: String, Vocabulary {
    /// An action that should be done and is not.
    case actionOverdue = "action-overdue"
    /// An open action of which nothing was recorded for ``staleAfterDays`` days.
    case actionStale = "action-stale"
    /// A plan that a round of a census, or a census, expects and that was not submitted.
    case planDue = "plan-due"
    /// A plan, or the revision of one, that was submitted and sent back.
    case planReturned = "plan-returned"
    /// A recommendation that was sent and not answered.
    case recommendationToAnswer = "recommendation-to-answer"
    /// An answer that an indicator expects of a period that is over.
    case measureDue = "measure-due"
    /// An answer that was sent back.
    case measureReturned = "measure-returned"
    /// A plan, or the revision of one, that was submitted and not validated yet.
    case planToRead = "plan-to-read"
    /// An answer that was submitted and not validated yet.
    case measureToValidate = "measure-to-validate"
    /// A round of a census, or a census, whose day has passed and for which something is missing.
    case campaignLate = "campaign-late"

    package static let listName = Message("code de tâche", "code of a duty")

    /// An open action without news for longer is stale.
    package static let staleAfterDays = 180

    /// Whose it is: a référent's or a coordinator's.
    package var role: Role {
        switch self {
        case .actionOverdue, .actionStale, .planDue, .planReturned, .recommendationToAnswer, .measureDue, .measureReturned:
            .referent
        case .planToRead, .measureToValidate, .campaignLate: .coordinator
        }
    }
}
