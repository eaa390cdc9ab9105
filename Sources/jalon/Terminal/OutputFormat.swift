import ActionPlans
import ArgumentParser

/// How a table leaves the command.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv

    static let help = Message(
        "table (pour lire), json (le document du serveur) ou csv (pour un tableur français : points-virgules, virgule décimale).",
        "table (to read), json (the server's document) or csv (for a French spreadsheet: semicolons, decimal comma)."
    ).help("format")
}
