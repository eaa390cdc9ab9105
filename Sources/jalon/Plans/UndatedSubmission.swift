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
            Si ce brouillon n’a jamais été remis et a été chargé sans date, il commence le jour de son chargement : exportez-le s’il n’est plus dans \
            un fichier, supprimez-le (jalon plan delete \(roadmap)), puis chargez-le de nouveau avec cette date, --state soumise et sa dernière \
            année (--last-year). S’il avait été remis puis renvoyé, ne le supprimez pas : donnez la date de cette nouvelle remise.
            """,
            """
            If this draft was never submitted and was loaded without a date, it begins on the day of its loading: export it if it is in no file \
            any more, delete it (jalon plan delete \(roadmap)), then load it again with that date, --state soumise and its last year (--last-year). \
            If it had been submitted and was returned, do not delete it: give the date of this new submission.
            """)
    }

    /// The refusal of a date on which the draft was not there yet: the figures of that day would not know it.
    /// - Parameter lastYear: of the draft, which a table does not say.
    static func beforeBeginning(_ roadmap: RoadmapID, on day: String, lastYear: Int) -> Failure {
        let command = "jalon plan apply --roadmap \(roadmap) --effective-on \(day) --last-year \(lastYear) --state soumise"
        return Failure(
            .refused,
            Message(
                "\(roadmap) : le brouillon commence après le \(day) ; remis à cette date, il ne compterait pas encore ce jour-là.",
                "\(roadmap): the draft begins after \(day); submitted on that date, it would not count on that day yet."),
            details: [
                Message(
                    """
                    S’il n’a jamais été remis, supprimez-le (jalon plan delete \(roadmap)), puis chargez-le de nouveau : \(command) FICHIER. Sinon, ou \
                    si vous préférez, donnez une date plus récente.
                    """,
                    """
                    If it was never submitted, delete it (jalon plan delete \(roadmap)), then load it again: \(command) FILE. If it was, or if you \
                    prefer, give a later date.
                    """
                ).shown
            ])
    }
}
