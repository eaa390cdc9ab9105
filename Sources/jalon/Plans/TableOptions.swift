import ActionPlans
import ArgumentParser

/// For plans in CSV, which hold the actions and do not name their roadmap.
struct TableOptions: ParsableArguments {
    @Option(
        name: .customLong("roadmap"),
        help: Message(
            "La feuille de route d’un fichier CSV, par exemple TE-2022 (sinon d’après son nom, TE-2022.csv).",
            "The roadmap of a CSV file, for example TE-2022 (otherwise after its name, TE-2022.csv)."
        ).help("id"))
    private var name: String?

    var roadmap: RoadmapID? { name.flatMap { RoadmapID($0) } }

    func validate() throws {
        guard let name, RoadmapID(name) == nil else { return }
        throw ValidationError(Message.noRoadmap(name).shown)
    }
}

extension Message {
    static func noRoadmap(_ text: String) -> Message {
        Message(
            "« \(text) » n’est pas une feuille de route : ministère et première année, par exemple TE-2022.",
            "“\(text)” is not a roadmap: ministry and first year, for example TE-2022.")
    }
}
