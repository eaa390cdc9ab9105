import Testing

@testable import ActionPlans

@Suite("Identifiers")
struct IdentifierTests {
    @Test("an action's id is its roadmap's and its code, dashes in the code included")
    func action() throws {
        let id = try #require(ActionID("TE-2022-ACH-03"))
        #expect(id.roadmap.description == "TE-2022" && id.code.text == "ACH-03")
        #expect(id.description == "TE-2022-ACH-03")
        #expect(ActionID("TE-2022-A.1-B-2")?.code.text == "A.1-B-2")
    }

    @Test(
        "what is not an identifier is refused",
        arguments: [
            "", "TE", "TE-22-A", "te-2022-A", "TE-2022", "TE-2022-", "TE-2022--A", "TE-2022-a", "TE-1999-A",
            "TE-2101-A", "TE-+022-A", "TOOLONGCODE-2022-A", "TE-2022-A B", "TE-2022-É", "9E-2022-A",
        ])
    func refused(text: String) {
        #expect(ActionID(text) == nil)
    }
}
