import ActionPlans
import JalonServer

extension AuditDifference {
    /// What to do about it.
    var mend: Message {
        switch source {
        case .periods where measure == "length" || measure == "late_length":
            Message(
                "Les vocabulaires ont changé sans que les compteurs suivent : exécutez « select lay_out_figures(); » dans cette base.",
                "The vocabularies have changed and the counts have not followed: run “select lay_out_figures();” in this database."
            )
        case .today:
            Message(
                "Écrit sans changement : remettez la valeur recomptée, puis refaites la modification par l’API.",
                "Written without a change: put the recounted value back, then make the modification through the API.")
        case .indicators:
            Message(
                """
                Ce nombre est faux tant que les mesures ou les définitions ne disent pas ce que dit l’historique : réparez d’abord les différences \
                « today » et « states » de cet indicateur. S’il n’y en a pas, signalez le défaut, avec ces deux nombres.
                """,
                """
                This number is wrong until measures and definitions say what history says: mend the differences “today” and “states” of this \
                indicator first. If there are none, report the defect with both numbers.
                """)
        case .history:
            Message(
                "L’historique lui-même a été touché : comparez ce changement avec la dernière sauvegarde, et restaurez-la s’il y est intact.",
                "History itself was touched: compare this change with the last backup, and restore that if it is intact there.")
        case .states:
            Message(
                """
                Les périodes ne disent pas ce que dit l’historique : comparez les changements avec la dernière sauvegarde. S’ils y sont les mêmes, \
                remettez la valeur recomptée ; sinon, restaurez.
                """,
                """
                The periods do not say what history says: compare the changes with the last backup. If they are the same there, put the \
                recounted value back; otherwise restore it.
                """)
        case .feed:
            Message(
                "Remettez l’entrée, ou dites à ceux qui suivent /v1/changes de relire les listes.",
                "Put the entry back, or tell those who follow /v1/changes to read the lists again.")
        case .periods, .ledger, .changes, .instants:
            Message(
                "Les chiffres de ces jours sont faux tant que les compteurs ne sont pas rétablis : restaurez la dernière sauvegarde d’avant.",
                "The figures of these days are wrong until the counts are put right: restore the last backup from before.")
        }
    }
}
