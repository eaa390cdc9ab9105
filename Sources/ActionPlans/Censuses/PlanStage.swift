/// Where a body stands in a census, from nothing to a validated plan.
package enum PlanStage: String, CaseIterable, Sendable {
    case nothing
    /// It has never been submitted.
    case draft
    case submitted
    case inReview = "in_review"
    /// A draft again, after it had been submitted.
    case returned
    /// Closed plans too: they have been validated.
    case validated

    package init(_ state: RoadmapState, hasBeenSubmitted: Bool) {
        self =
            switch state {
            case .brouillon: hasBeenSubmitted ? .returned : .draft
            case .soumise: .submitted
            case .enRelecture: .inReview
            case .validee, .close: .validated
            }
    }

    /// Whether the plan is for its own ministry and the coordinators alone.
    package var isHidden: Bool { self == .draft || self == .returned }
}

/// One roadmap as it went through its states, up to an evening.
package struct PlanCourse: Sendable {
    /// A state and the days on which it held.
    package struct Span: Sendable {
        package let state: RoadmapState
        package let from: CivilDate
        /// The first day after it; nil for a span that lasts.
        package let until: CivilDate?

        package init(_ state: RoadmapState, from: CivilDate, until: CivilDate?) {
            self.state = state
            self.from = from
            self.until = until
        }
    }

    package let stage: PlanStage
    /// The first day of the stage, without a break.
    package let since: CivilDate

    /// - Parameter spans: in the order of their days; the last one holds in the evening in question.
    /// - Returns: nil where there are none.
    package init?(_ spans: [Span]) {
        var course: (stage: PlanStage, since: CivilDate, until: CivilDate?)?
        var hasBeenSubmitted = false
        for span in spans {
            let stage = PlanStage(span.state, hasBeenSubmitted: hasBeenSubmitted)
            let goesOn = course.map { $0.stage == stage && $0.until == span.from } ?? false
            course = (stage, goesOn ? course?.since ?? span.from : span.from, span.until)
            if span.state != .brouillon { hasBeenSubmitted = true }
        }
        guard let course else { return nil }
        (stage, since) = (course.stage, course.since)
    }
}
