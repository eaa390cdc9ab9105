import HTTPTypes
import Testing

@testable import JalonServer

@Suite("A workbook in place of a plan")
struct ForeignBodyTests {
    private static let workbook = "PK\u{3}\u{4}....[Content_Types].xml....xl/workbook.xml"

    @Test(
        "is told for what it is, whatever its media type",
        arguments: [
            "text/csv", "application/json", "application/yaml", "application/octet-stream", "text/plain",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel",
        ])
    func told(type: String) async throws {
        let contract = try ContractDocument.current()
        try await TestServer.with { server in
            let answer = await server.send(.put, "/v1/roadmaps/TE-2022/plan", body: Self.workbook, type: type)
            try #require(answer.status == 415, "\(answer.text)")
            let detail = try #require(try answer.json()["detail"].text)
            #expect(detail.contains("classeur Excel") && detail.contains("CSV UTF-8") && detail.contains("text/csv"), "\(detail)")
            try contract.check(answer, to: contract.operation("applyPlan"))
        }
    }

    @Test("a plan under a type that is not read is only told which are")
    func plan() async throws {
        try await TestServer.with { server in
            let answer = await server.send(
                .put, "/v1/roadmaps/TE-2022/plan", body: "code;title\nA;Un\n", type: "application/octet-stream")
            try #require(answer.status == 415, "\(answer.text)")
            #expect(try answer.json()["detail"].text?.hasPrefix("Envoyez Content-Type: ") == true, "\(answer.text)")
        }
    }
}
