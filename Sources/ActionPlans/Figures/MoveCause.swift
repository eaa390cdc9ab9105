/// Why an action does not count on one side of a comparison as it counts on the other. Each action has exactly one cause.
package enum MoveCause: String, Vocabulary {
    /// Counts on the second side alone: it was not there on the first, or was there without counting.
    case new, entered
    /// Counts on the first side alone: it is there on the second without counting, or no longer is.
    case left, removed
    /// Counts on both, with another status.
    case done, abandoned, reopened, resumed, started
    case putBack = "put_back"
    /// Counts on both, with the same status and another theme, target level or mark of a key action.
    case reclassified
    case unchanged

    package static let listName = Message("cause", "cause")

    /// Those that have a list: what has not moved needs none.
    package static let moves = allCases.filter { $0 != .unchanged }

    package var label: Message {
        switch self {
        case .new: Message("Nouvelles", "New")
        case .entered: Message("Entrées dans le périmètre", "Come into scope")
        case .left: Message("Sorties du périmètre", "Gone out of scope")
        case .removed: Message("Supprimées", "Removed")
        case .done: Message("Devenues réalisées", "Done")
        case .abandoned: Message("Abandonnées", "Abandoned")
        case .reopened: Message("Rouvertes", "Reopened")
        case .resumed: Message("Reprises après abandon", "Resumed after being abandoned")
        case .started: Message("Commencées", "Started")
        case .putBack: Message("Remises à faire", "Put back to be done")
        case .reclassified: Message("Reclassées", "Reclassified")
        case .unchanged: Message("Inchangées", "Unchanged")
        }
    }
}
