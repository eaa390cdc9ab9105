import ActionPlans
import ArgumentParser

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: Message("Applique, exporte, vérifie ou supprime des plans.", "Applies, exports, validates or deletes plans.")
            .shown,
        subcommands: [PlanApplyCommand.self, PlanExportCommand.self, PlanValidateCommand.self, PlanDeleteCommand.self])
}
