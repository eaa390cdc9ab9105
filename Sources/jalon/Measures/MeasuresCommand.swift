import ActionPlans
import ArgumentParser

struct MeasuresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measures",
        abstract: Message(
            "Prépare, vérifie, applique ou exporte les mesures des indicateurs.",
            "Prepares, validates, applies or exports the measures of indicators."
        ).shown,
        discussion: Message(
            """
              jalon measures template --year 2025 --ministry TE -o mesures.csv
              jalon measures validate mesures.csv
              jalon measures apply mesures.csv
            """,
            """
              jalon measures template --year 2025 --ministry TE -o measures.csv
              jalon measures validate measures.csv
              jalon measures apply measures.csv
            """
        ).shown,
        subcommands: [
            MeasureTemplateCommand.self, MeasureValidateCommand.self, MeasureApplyCommand.self, MeasureExportCommand.self,
        ])
}
