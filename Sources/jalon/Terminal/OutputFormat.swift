import ActionPlans
import ArgumentParser

/// How a table leaves the command.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv

    static let help = Message(
        "table (pour lire), json (le document du serveur) ou csv (RFC 4180).",
        "table (to read), json (the server's document) or csv (RFC 4180)."
    ).help("format")
}
