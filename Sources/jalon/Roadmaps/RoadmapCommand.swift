import ActionPlans
import ArgumentParser

/// Moves a roadmap from state to state.
struct RoadmapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roadmap",
        abstract: Message(
            "Remet, renvoie, relit, valide ou clôt une feuille de route.",
            "Submits, returns, reviews, validates or closes a roadmap."
        ).shown,
        subcommands: [
            RoadmapSubmitCommand.self, RoadmapReturnCommand.self, RoadmapReviewCommand.self, RoadmapValidateCommand.self,
            RoadmapCloseCommand.self,
        ])
}

struct RoadmapSubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: Message("Remet un brouillon à la coordination.", "Submits a draft to the coordination.").shown)

    @OptionGroup var move: RoadmapMoveOptions

    func run() async throws { try await move.run(to: .soumise) }
}

struct RoadmapReturnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "return",
        abstract: Message(
            "Renvoie une feuille de route à son ministère, ou retire la sienne : elle redevient un brouillon.",
            "Returns a roadmap to its ministry, or takes back one's own: it is a draft again."
        ).shown)

    @OptionGroup var move: RoadmapMoveOptions

    func run() async throws { try await move.run(to: .brouillon) }
}

struct RoadmapReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: Message("Prend en relecture une feuille de route remise.", "Takes a submitted roadmap into review.").shown)

    @OptionGroup var move: RoadmapMoveOptions

    func run() async throws { try await move.run(to: .enRelecture) }
}

struct RoadmapValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: Message("Valide une feuille de route relue.", "Validates a roadmap that was reviewed.").shown,
        discussion: Message(
            """
            Sans --if-match, c’est le plan de l’instant qui est validé, quoi qu’on en ait lu avant. Pour ne valider que le plan relu :

              jalon plan export TE-2022 -o TE-2022.yaml      (sa première ligne dit son ETag, par exemple "12-yaml")
              jalon roadmap validate TE-2022 --if-match 12-yaml
            """,
            """
            Without --if-match, the plan of the moment is validated, whatever was read of it before. To validate only the plan that was reviewed:

              jalon plan export TE-2022 -o TE-2022.yaml      (its first line tells its ETag, for example "12-yaml")
              jalon roadmap validate TE-2022 --if-match 12-yaml
            """
        ).shown)

    @OptionGroup var move: RoadmapMoveOptions

    func run() async throws { try await move.run(to: .validee) }
}

struct RoadmapCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: Message(
            "Clôt une feuille de route validée, définitivement.", "Closes a validated roadmap, for good."
        ).shown)

    @OptionGroup var move: RoadmapMoveOptions

    func run() async throws { try await move.run(to: .close) }
}
