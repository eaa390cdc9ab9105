import HTTPTypes
import Testing

@testable import JalonServer

@Suite("Bodies under the label of another type")
struct MislabellingTests {
    static let yaml = "ministry: TE\nfirst_year: 2022\nactions: []\n"
    static let table = "code;title\nACH-01;Acheter moins\n"
    static let json = #"{"ministry": "TE", "first_year": 2022, "actions": []}"#

    @Test(
        "of a plan are told what they are, and the label to send",
        arguments: [
            (yaml, "application/json", "Le corps est du YAML, et non du JSON : envoyez Content-Type: application/yaml."),
            (
                "# Le plan\n---\n" + yaml, "application/json",
                "Le corps est du YAML, et non du JSON : envoyez Content-Type: application/yaml."
            ),
            (table, "application/json", "Le corps est du CSV, et non du JSON : envoyez Content-Type: text/csv."),
            (json, "text/csv", "Le corps est du JSON, et non du CSV : envoyez Content-Type: application/json."),
            (yaml, "text/csv", "Le corps est du YAML, et non du CSV : envoyez Content-Type: application/yaml."),
            // A fault of JSON stays one, though YAML takes the comma.
            (#"{"ministry": "TE",}"#, "application/json", "Syntaxe : « } » inattendu."),
            ("plan", "application/json", "Syntaxe : « p » inattendu."),
            (
                "\u{FEFF}" + json, "application/json",
                "Le texte commence par une marque d’ordre des octets (BOM) : enregistrez-le sans elle."
            ),
            (
                "\u{FEFF}" + yaml, "application/json",
                "Le corps est du YAML, et non du JSON : envoyez Content-Type: application/yaml."
            ),
        ])
    func plans(body: String, label: String, detail: String) async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            let answer = await server.send(
                .put, "/v1/roadmaps/TE-2022/plan", as: .coordinator, body: body, type: label, fields: ["If-Match": "*"])
            #expect(answer.status == 400, "\(answer.text)")
            #expect(try answer.json()["errors"].items.map { $0["detail"].text } == [detail], "\(answer.text)")
        }
    }

    @Test("of an operation that reads JSON alone are told so, in the language of the client")
    func others() async throws {
        try await TestServer.with { server in
            try await ContractCases.scene(server)
            for type in ["application/json", "application/merge-patch+json"] {
                let answer = await server.send(
                    .patch, "/v1/actions/TE-2022-ACH-03", as: .coordinator, body: "title: Acheter moins\n", type: type,
                    fields: ["If-Match": "*", "Accept-Language": "en"])
                #expect(answer.status == 400)
                #expect(
                    try answer.json()["errors"].items.map { $0["detail"].text }
                        == ["The body is YAML: this operation reads JSON only."])
            }
        }
    }
}
