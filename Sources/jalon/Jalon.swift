import ActionPlans
import ArgumentParser
import Glibc
import JalonServer

/// The command `jalon`: the server, and what a person or a script does with it.
@main
struct Jalon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jalon",
        abstract: Message(
            "Suivi des feuilles de route numériques écoresponsables des ministères.",
            "Follow-up of the green digital roadmaps of the French ministries."
        ).shown,
        discussion: ExitStatus.explanation.shown,
        version: "jalon \(Version.text)",
        subcommands: [
            ServeCommand.self, MigrateCommand.self, DoctorCommand.self, PlanCommand.self, ActionsCommand.self,
            RoadmapsCommand.self, RoadmapCommand.self, RevisionCommand.self, CensusCommand.self, IndicatorsCommand.self,
            MeasuresCommand.self, ImpactsCommand.self, DutiesCommand.self, RecommendationsCommand.self, FiguresCommand.self,
            SnapshotCommand.self, TokenCommand.self,
        ])

    /// As the library's own, but for the exit codes that scripts can rely on.
    static func main() async {
        StandardOutput.prepare()
        do {
            var command = try await asyncParseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try StandardOutput.settle()
        } catch let failure as Failure {
            failure.report()
            Glibc.exit(failure.status.rawValue)
        } catch let status as ExitStatus {
            // What went wrong has been told along the way.
            Glibc.exit(status.rawValue)
        } catch {
            end(with: error)
        }
    }

    /// Help, version, completions and wrong usage, which the library throws. What is asked for is data.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        guard code.isSuccess else {
            Terminal.say(text)
            Glibc.exit(code.rawValue)
        }
        do throws(Failure) {
            if !text.isEmpty { try Terminal.writeText(text) }
            try StandardOutput.settle()
        } catch {
            error.report()
            Glibc.exit(error.status.rawValue)
        }
        Glibc.exit(code.rawValue)
    }
}
