import ActionPlans
import ArgumentParser
import FoundationEssentials

extension Language {
    /// What the user reads: French, unless the locale of messages is English.
    static let ofUser: Language = {
        let environment = ProcessInfo.processInfo.environment
        let locales = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }
        return locales.first { !$0.isEmpty }?.hasPrefix("en") == true ? .english : .french
    }()
}

extension Message {
    /// In the user's language.
    var shown: String { self[.ofUser] }

    var help: ArgumentHelp { ArgumentHelp(shown) }

    func help(_ valueName: String) -> ArgumentHelp { ArgumentHelp(shown, valueName: valueName) }
}
