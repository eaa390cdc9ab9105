import ActionPlans

/// `/v1/vocabularies`
enum VocabularyEndpoints {
    @Sendable static func list(_ call: Call) async throws -> Answer {
        var parameters = call.parameters()
        try parameters.finish()
        let lists = call.server.vocabularies
        return Answer.json { writer in
            writer.object { answer in
                answer.member("themes", listOf: lists.themes) { write($1, call.language, to: &$0) }
                answer.member("levels", listOf: lists.levels) { write($1, call.language, to: &$0) }
                answer.member("statuses", listOf: lists.statuses) { write(status: $1, call.language, to: &$0) }
                answer.member("roadmap_states", listOf: lists.roadmapStates) { write($1, call.language, to: &$0) }
                answer.member("roles", listOf: lists.roles) { write($1, call.language, to: &$0) }
                answer.member("ministry_kinds", listOf: lists.ministryKinds) { write($1, call.language, to: &$0) }
            }
        }
    }

    private static func write(_ term: Term, _ language: Language, to writer: inout JSONWriter) {
        writer.object { object in
            writeCommon(term, language, to: &object)
            if let prefix = term.prefix {
                object.member("action_code_prefix", prefix)
                object.member("aliases", term.aliases)
            }
        }
    }

    private static func write(status term: Term, _ language: Language, to writer: inout JSONWriter) {
        writer.object { object in
            writeCommon(term, language, to: &object)
            object.member("official_label", term.officialLabel)
            object.member("open", term.isOpen)
        }
    }

    private static func writeCommon(_ term: Term, _ language: Language, to object: inout JSONWriter) {
        object.member("code", term.code)
        object.member("rank", term.rank)
        object.member("label", term.label[language])
        object.member("meaning", term.meaning[language])
    }
}
