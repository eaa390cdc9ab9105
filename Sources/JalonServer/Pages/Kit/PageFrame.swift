import ActionPlans
import HTTPTypes
import NIOCore

/// What all pages have around what they say: the names of the service's parts, the other language, and where one is.
struct PageFrame: PagePart {
    let language: Language
    /// Whether the address says the language: links then go on in it.
    let keepsLanguage: Bool
    /// The query of the page's own address but for the language, ready to stand in an address.
    private let query: String
    private let path: Substring

    /// - Parameter target: path and query as they may stand in an address.
    init(_ target: String, _ language: Language) {
        self.language = language
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let parameters = parts.count > 1 ? parts[1].split(separator: "&") : []
        let others = parameters.filter { !$0.hasPrefix("lang=") }
        keepsLanguage = others.count < parameters.count
        query = others.joined(separator: "&")
        path = parts[0]
    }

    /// The parts of the service that are there for people.
    private var chapters: [(address: String, name: String)] {
        [
            ("/v1/barometer", say("Baromètre", "Barometer")), ("/v1/snapshots", say("Chiffres arrêtés", "Frozen figures")),
            ("/docs", say("Documentation et méthode", "Documentation and method")),
        ]
    }

    /// An address of the service, in the language that was chosen in the address of this page.
    func address(_ address: String) -> String {
        guard keepsLanguage else { return address }
        let parts = address.split(separator: "#", maxSplits: 1)
        let mark = parts[0].contains("?") ? "&" : "?"
        return "\(parts[0])\(mark)lang=\(language.rawValue)" + (parts.count > 1 ? "#\(parts[1])" : "")
    }

    /// - Parameter attributes: more of them, after a blank.
    func link(_ address: String, _ text: String, _ attributes: Markup = "") -> Markup {
        "<a href=\"\(self.address(address))\"\(attributes)>\(text)</a>"
    }

    func page(_ title: String, _ content: Markup, footer: Markup = "") -> Markup {
        """
        <!DOCTYPE html>
        <html lang="\(language.rawValue)">
        <head><meta charset="utf-8"/><title>\(title) · Jalon</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"/><link rel="icon" href="data:,"/>
        <style>\(PageStyle.text)</style>
        </head>
        <body>
        <a class="skip" href="#contenu">\(say("Aller au contenu", "Skip to the content"))</a>
        <header class="band"><div class="inner">\(link("/", "Jalon", " class=\"name\""))
        <nav aria-label="\(say("Navigation principale", "Main navigation"))"><ul>
        \(chapters.map { "<li>\(link($0.address, $0.name, current($0.address)))</li>\n" })</ul></nav>
        <p class="screen">\(otherLanguage)</p></div></header>
        <main id="contenu" tabindex="-1" class="inner">
        \(content)
        </main>
        <footer><div class="inner">
        \(footer)
        <p><small>Jalon \(Version.text)</small></p>
        </div></footer>
        </body></html>

        """
    }

    private func current(_ address: String) -> Markup { path == address ? " aria-current=\"page\"" : "" }

    /// A reference that keeps the path, whatever it was.
    private var otherLanguage: Markup {
        let other: Language = language == .french ? .english : .french
        let address = "?" + (query.isEmpty ? "" : query + "&") + "lang=\(other.rawValue)"
        let name = other == .french ? "Français" : "English"
        return "<a href=\"\(address)\" lang=\"\(other.rawValue)\" hreflang=\"\(other.rawValue)\">\(name)</a>"
    }
}

extension Answer {
    /// A page for people. What it may load is told to the browser.
    static func page(_ page: Markup, _ status: HTTPResponse.Status = .ok) -> Answer {
        var answer = Answer(status, ByteBuffer(string: page.text), type: .html)
        answer.fields[.contentSecurityPolicy] = PageStyle.policy
        return answer
    }

    /// A picture, which pages of any origin may show. It loads nothing.
    static func picture(_ picture: Markup) -> Answer {
        var answer = Answer(.ok, ByteBuffer(string: picture.text), type: .svg)
        answer.fields[.contentSecurityPolicy] = "default-src 'none'"
        answer.fields[.crossOriginResourcePolicy] = "cross-origin"
        return answer
    }
}

extension Call {
    var frame: PageFrame { PageFrame(target, language) }
}
