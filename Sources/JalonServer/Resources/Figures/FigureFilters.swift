import ActionPlans

/// The list behind each number of the figures.
extension ActionFilter {
    /// Where the list is.
    var address: String { "/v1/actions?\(query)" }

    func narrowed(to status: ActionStatus) -> ActionFilter {
        var filter = self
        filter.statuses = [status]
        return filter
    }

    var thatAreLate: ActionFilter {
        var filter = self
        filter.late = true
        return filter
    }

    func narrowed(to theme: Theme) -> ActionFilter {
        guard themes?.contains(theme) ?? true else { return listingNothing }
        var filter = self
        filter.themes = [theme]
        return filter
    }

    func narrowed(toTarget level: EngagementLevel) -> ActionFilter {
        guard targetLevels?.contains(level) ?? true else { return listingNothing }
        var filter = self
        filter.targetLevels = [level]
        return filter
    }

    /// A member of the vocabulary that the scope leaves out counts zero, and its list must be empty: no action without
    /// a reached level has reached its target.
    private var listingNothing: ActionFilter {
        var filter = self
        filter.reachedLevels = [nil]
        filter.targetReached = true
        return filter
    }

    func numerator(of rate: Rate) -> ActionFilter {
        var filter = denominator(of: rate)
        switch rate {
        case .realiseesIdentifiees, .realiseesActives, .cohorteValidation: filter.statuses = [.realisee]
        case .niveauCibleAtteint: filter.targetReached = true
        case .niveauRealisation: filter.reachedLevels = [.realisation]
        }
        return filter
    }

    func denominator(of rate: Rate) -> ActionFilter {
        var filter = self
        switch rate {
        case .realiseesIdentifiees, .niveauCibleAtteint, .niveauRealisation: break
        case .realiseesActives: filter.statuses = ActionStatus.allCases.filter { $0 != .abandonnee }
        case .cohorteValidation: filter.validationCohort = true
        }
        return filter
    }
}
