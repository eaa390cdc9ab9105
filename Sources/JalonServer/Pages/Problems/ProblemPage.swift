import ActionPlans
import Documents
import HTTPTypes

/// A problem as a browser shows it: what is wrong, all the faults, what to do.
struct ProblemPage: PagePart {
    let problem: Problem
    let instance: String
    let frame: PageFrame

    var language: Language { frame.language }

    var page: Markup {
        let kind = problem.kind
        let title = kind.title[language]
        return frame.page(
            title,
            """
            <h1>\(title)</h1>
            \(problem.faults.count == 1 ? "" : detail)
            \(problem.faults.isEmpty ? mend : faults)
            \(bullets([
                frame.link("/", say("Revenir à l’accueil", "Back to the home page")),
                frame.link("/problems/\(kind.slug)", say("En savoir plus sur cette erreur", "More about this error")),
            ]))
            <p><small>\(say("Statut", "Status")) \(kind.status.code).
            \(say("Identifiant de la requête :", "Request identifier:")) <code>\(instance)</code></small></p>
            """)
    }

    private var detail: Markup { "<p>\(problem.detail[language])</p>" }

    private var mend: Markup {
        """
        <h2>\(say("Que faire", "What to do"))</h2>
        <p>\(problem.kind.explanation.mend[language])</p>
        """
    }

    /// They say what to do themselves. One alone is the detail too.
    private var faults: Markup {
        bullets(
            problem.faults.map { fault in
                guard case .parameter(let name) = fault.place, !name.isEmpty else { return "\(fault.message[language])" }
                return "<code>\(name)</code>\(say(" :", ":")) \(fault.message[language])"
            })
    }
}

extension Problem {
    func page(in language: Language, instance: String, target: String) -> Answer {
        let frame = PageFrame(PercentEncoding.allowed(target[...]), language)
        var answer = Answer.page(ProblemPage(problem: self, instance: instance, frame: frame).page, kind.status)
        for field in fields { answer.fields.append(field) }
        answer.fields[.contentLanguage] = language.rawValue
        return answer
    }
}
