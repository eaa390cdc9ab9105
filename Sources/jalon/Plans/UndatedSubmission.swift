import ActionPlans

/// A plan of past years that is submitted as of today: it would count from today only, and that cannot be dated back any more.
/// Whatever submits a plan asks here first, a rehearsal too.
enum UndatedSubmission {
    /// - Parameters:
    ///   - subject: what is asked for, at the head of the message: a file's name, or the command.
    ///   - before: the state that the roadmap is in; nil where there is none yet.
    ///   - after: the state that it is to be in; nil where nothing is said of it.
    static func refuse(
        _ subject: String, _ roadmap: RoadmapID, from before: RoadmapState?, to after: RoadmapState?
    ) throws(Failure) {
        guard before ?? .brouillon == .brouillon, let after, after != .brouillon, roadmap.firstYear < (try PlanRules.today()).year
        else { return }
        throw Failure(
            .refused,
            Message(
                """
                \(subject) : la période de \(roadmap) a commencé en \(roadmap.firstYear). Remis sans date, le plan ne compterait qu’à partir \
                d’aujourd’hui, et cela ne se corrige plus ensuite. Ajoutez la date de sa remise, par exemple --effective-on \
                \(roadmap.firstYear)-02-15, ou celle d’aujourd’hui si c’est bien elle.
                """,
                """
                \(subject): the period of \(roadmap) began in \(roadmap.firstYear). Submitted without a date, the plan would count from \
                today only, and that cannot be corrected later. Add the date of its submission, for example --effective-on \
                \(roadmap.firstYear)-02-15, or that of today if it is meant.
                """), details: before == nil ? [] : [beginning(roadmap).shown])
    }

    /// A draft counts from the day on which it began at the earliest.
    private static func beginning(_ roadmap: RoadmapID) -> Message {
        Message(
            """
            Si le brouillon a été chargé sans date, il commence le jour de son chargement : supprimez-le (jalon plan delete \(roadmap)), puis \
            chargez-le de nouveau avec cette date et --state soumise.
            """,
            """
            If the draft was loaded without a date, it begins on the day of its loading: delete it (jalon plan delete \(roadmap)), then load it \
            again with that date and --state soumise.
            """)
    }

    /// The refusal of a date on which the draft was not there yet: the figures of that day would not know it.
    static func beforeBeginning(_ roadmap: RoadmapID, on day: String) -> Failure {
        Failure(
            .refused,
            Message(
                "\(roadmap) : le brouillon commence après le \(day) ; remis à cette date, il ne compterait pas encore ce jour-là.",
                "\(roadmap): the draft begins after \(day); submitted on that date, it would not count on that day yet."),
            details: [
                Message(
                    """
                    Supprimez-le (jalon plan delete \(roadmap)), puis chargez-le de nouveau : jalon plan apply --effective-on \(day) --state \
                    soumise FICHIER. Ou donnez une date plus récente.
                    """,
                    """
                    Delete it (jalon plan delete \(roadmap)), then load it again: jalon plan apply --effective-on \(day) --state soumise FILE. Or \
                    give a later date.
                    """
                ).shown
            ])
    }
}
