import ActionPlans

/// How many actions aim at each level, and how many have reached it.
struct LevelDrawing: PagePart {
    let barometer: Barometer

    var language: Language { barometer.language }

    init(_ barometer: Barometer) { self.barometer = barometer }

    /// A level with its two counts; no action aims at none.
    var rows: [(label: String, target: Int?, reached: Int)] {
        let targets = Dictionary(barometer.targetLevels.map { ($0.code, $0.tally.actions) }) { first, _ in first }
        return barometer.reachedLevels.map { level in
            let isNone = level.code == ActionFilter.noLevel
            return (
                isNone ? say("Pas de niveau atteint", "No level reached") : level.label, targets[level.code], level.tally.actions
            )
        }
    }

    var drawing: Drawing {
        var drawing = Drawing()
        drawing.legend([
            (say("Niveau visé", "Level aimed at"), { $0.bar($1, $2, 14, 12, .hollow, .levels) }),
            (say("Niveau atteint", "Level reached"), { $0.bar($1, $2, 14, 12, .full, .levels) }),
        ])
        let most = max(1, rows.flatMap { [$0.target ?? 0, $0.reached] }.max() ?? 0)
        let room = Drawing.length(of: shown(most)) + 8
        let scale = (Drawing.width - room) / Double(most)
        for (label, target, reached) in rows {
            var top = drawing.height + 8
            drawing.words(label, 0, top + 12)
            for (count, fill) in [(target, Drawing.Fill.hollow), (reached, .full)] {
                guard let count else { continue }
                let width = Double(count) * scale
                if count > 0 { drawing.bar(0, top + 19, width, 12, fill, .levels) }
                drawing.words(shown(count), width + 6, top + 30, size: 13)
                top += 18
            }
            drawing.height = top + 22
            drawing.facts.append(sentence(label, target, reached))
        }
        return drawing
    }

    private func sentence(_ label: String, _ target: Int?, _ reached: Int) -> String {
        guard let target else { return say("\(label) : \(shown(reached)).", "\(label): \(shown(reached)).") }
        return say(
            "\(label) : visé par \(shown(target)), atteint par \(shown(reached)).",
            "\(label): aimed at by \(shown(target)), reached by \(shown(reached)).")
    }
}
