import RandomSeed
import Testing

@testable import ActionPlans

@Suite("Civil dates")
struct CivilDateTests {
    @Test("a date is read exactly as it is written", arguments: ["2022-01-01", "2024-02-29", "1900-12-31", "2199-12-31"])
    func roundTrip(text: String) {
        #expect(CivilDate(text)?.description == text)
    }

    @Test(
        "what is not an existing date is refused",
        arguments: [
            "2023-02-29", "1900-02-29", "2022-04-31", "2022-13-01", "2022-00-10", "2022-01-00", "22-01-01", "2022-1-01",
            "2022/01/01", "2022-01-01T00:00:00Z", "", "２０２２-01-01", "1899-12-31", "2200-01-01", "+022-01-01", "2022-01-1 ",
        ])
    func refused(text: String) {
        #expect(CivilDate(text) == nil)
    }

    @Test("dates compare as days do")
    func order() throws {
        let days = try ["2021-12-31", "2022-01-01", "2022-01-31", "2022-02-01"].map { try #require(CivilDate($0)) }
        var seed = Seed.fresh()
        #expect(days == days.shuffled(using: &seed).sorted(), "\(seed)")
    }
}
