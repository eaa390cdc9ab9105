import ActionPlans
import ArgumentParser
import Documents
import FoundationEssentials
import JalonServer

/// Which server, and with whose token.
struct ServerOptions: ParsableArguments {
    @Option(
        help: Message(
            "Adresse du serveur (JALON_URL ; http://127.0.0.1:8080).", "Address of the server (JALON_URL; http://127.0.0.1:8080)."
        ).help("url"))
    var url: String?

    @Option(
        help: Message(
            "Fichier qui contient le jeton (sinon JALON_TOKEN, sinon ~/.config/jalon/token).",
            "File that holds the token (otherwise JALON_TOKEN, otherwise ~/.config/jalon/token)."
        ).help("file"), completion: .file())
    var tokenFile: String?

    @Option(
        help: Message(
            "Attendre au plus tant de secondes en tout quand le serveur demande de revenir plus tard.",
            "Wait at most so many seconds in all when the server asks to come back later."
        ).help("seconds"))
    var maxWait = Patience.usual

    func validate() throws {
        guard !Patience.range.contains(maxWait) else { return }
        throw ValidationError(
            Message(
                "--max-wait : de \(Patience.range.lowerBound) à \(Patience.range.upperBound) secondes.",
                "--max-wait: from \(Patience.range.lowerBound) to \(Patience.range.upperBound) seconds."
            ).shown)
    }

    private static let defaultAddress = "http://127.0.0.1:8080"

    func address() throws(Failure) -> URL {
        let variable = ProcessInfo.processInfo.environment["JALON_URL"].flatMap { $0.isEmpty ? nil : $0 }
        let text = url ?? variable ?? Self.defaultAddress
        guard let address = URL(string: text), let scheme = address.scheme, ["http", "https"].contains(scheme.lowercased()),
            (1...65_535).contains(address.port ?? 80),
            address.host?.isEmpty == false, address.query == nil, address.fragment == nil,
            // Behind a slash too it may end a password: http://name:12/34@host leads to the host “name”.
            !text.contains("@")
        else { throw Self.noAddress(text) }
        // Turning it into its form for machines takes tables of all languages, which the command does without.
        guard address.host(percentEncoded: false)?.utf8.allSatisfy({ $0 < 0x80 }) == true else { throw Self.notForMachines(text) }
        return address
    }

    private static func notForMachines(_ text: String) -> Failure {
        let shown = Redaction.address(text)
        return Failure(
            .configuration,
            Message(
                "« \(shown) » : écrivez le nom du serveur sous sa forme xn--, sans accents.",
                "“\(shown)”: write the name of the server in its xn-- form, without accents."))
    }

    static func noAddress(_ text: String) -> Failure {
        let shown = Redaction.address(text)
        return Failure(
            .configuration,
            Message(
                "« \(shown) » n’est pas l’adresse d’un serveur : http://hôte:port ou https://hôte, sans nom ni mot de passe.",
                "“\(shown)” is not the address of a server: http://host:port or https://host, without name or password."))
    }

    /// The token to send, if there is one. Never a flag: what is typed on a command line is seen by others.
    func token() throws(Failure) -> String? {
        if let tokenFile { return try Self.token(in: tokenFile) }
        if let variable = ProcessInfo.processInfo.environment["JALON_TOKEN"], !variable.isEmpty {
            return try Self.checked(variable, from: "JALON_TOKEN")
        }
        guard let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty else { return nil }
        let usual = "\(home)/.config/jalon/token"
        return FileManager.default.fileExists(atPath: usual) ? try Self.token(in: usual) : nil
    }

    private static func token(in path: String) throws(Failure) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure(
                .configuration,
                Message("Le fichier de jeton \(path) ne se lit pas.", "The token file \(path) cannot be read."))
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? Int
        if let mode, mode & 0o077 != 0 {
            Terminal.say(
                Message(
                    "Attention : d’autres peuvent lire \(path) (chmod 600 \(path)).",
                    "Warning: others can read \(path) (chmod 600 \(path))."))
        }
        return try checked(text, from: path)
    }

    private static func checked(_ text: String, from source: String) throws(Failure) -> String {
        let token = text.trimmed(ofLines: true)
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(
                .configuration,
                Message("\(source) ne contient pas un jeton.", "\(source) does not hold a token."))
        }
        return token
    }
}
