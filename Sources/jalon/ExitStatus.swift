import ActionPlans

/// How the command ends, after `sysexits.h`. Wrong usage is 64, given by the argument parser.
enum ExitStatus: Int32, Error {
    case refused = 1
    case unreadable = 65
    case unavailable = 69
    case unwritable = 74
    case forbidden = 77
    case configuration = 78

    static let explanation = Message(
        """
        CODES DE SORTIE
          0   fait
          1   refusé par une règle ou par le serveur, ou échec
          64  commande mal écrite
          65  fichier illisible
          69  serveur ou base de données injoignable
          74  résultat qui ne s’écrit pas : disque plein, sortie fermée
          77  jeton absent, invalide ou sans le droit demandé
          78  configuration invalide, ou base qui n’est pas celle de cette version

        Les données sortent sur la sortie standard, les messages sur la sortie d’erreur. Les messages sont en français,
        ou en anglais si LC_ALL, LC_MESSAGES ou LANG commence par « en ». Si le lecteur d’un tube s’en va, comme « head »,
        la commande finit sans rien dire.
        """,
        """
        EXIT CODES
          0   done
          1   refused by a rule or by the server, or failed
          64  wrong usage
          65  unreadable file
          69  server or database unreachable
          74  a result that cannot be written: full disk, closed output
          77  token missing, invalid, or without the right asked for
          78  invalid configuration, or a database that is not this version's

        Data go to standard output, messages to standard error. Messages are in French, or in English when LC_ALL,
        LC_MESSAGES or LANG begins with “en”. When the reader of a pipe leaves, as “head” does, the command ends silently.
        """)

    /// The status that tells of several: theirs when they agree.
    static func summing(_ statuses: [ExitStatus]) -> ExitStatus? {
        guard let first = statuses.first else { return nil }
        return statuses.allSatisfy { $0 == first } ? first : .refused
    }
}

/// Why a command stops, in the user's words.
struct Failure: Error {
    let status: ExitStatus
    let text: String
    /// What completes it, each on a line of its own.
    var details: [String] = []

    init(_ status: ExitStatus, _ message: Message, details: [String] = []) {
        self.init(status, message.shown, details: details)
    }

    init(_ status: ExitStatus, _ text: String, details: [String] = []) {
        self.status = status
        self.text = text
        self.details = details
    }

    func report() {
        Terminal.say("jalon: \(text)")
        // A detail that says the same again is none.
        for detail in details where detail != text { Terminal.say("  \(detail)") }
    }
}
