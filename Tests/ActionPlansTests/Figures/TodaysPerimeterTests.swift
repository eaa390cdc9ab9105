import Testing

@testable import ActionPlans

@Suite("What bodies have become")
struct TodaysPerimeterTests {
    @Test(
        "mergers carry over in the order of time, divisions do not, and what is set up anew keeps what is its own",
        arguments: [
            ("", "A", "A", false), ("A>C 2020, B>C 2020", "A", "C", false), ("A>B 2020, B>C 2021, C>D 2022", "A", "D", false),
            ("A/B 2020, A/C 2020", "A", "A", true), ("A/B 2020", "A", "A", true), ("A/B 2020, A>B 2021", "A", "B", false),
            ("A>B 2020, A>C 2021", "A", "A", true), ("A>B 2020, B/C 2021, B/D 2021", "A", "B", false),
            ("A>B 2022, B>C 2020", "A", "B", false), ("A>B 2020, B>A 2022", "A", "A", false),
            ("A>B 2020, B>A 2022", "B", "A", false), ("A>C 2020, B>C 2020, C/A 2022, C/B 2022", "A", "A", false),
            ("A>B 2020, B/A 2022", "A", "A", false), ("A>B 2020, B/A 2022", "B", "B", false),
            ("A>C 2020, B>C 2020, C/A 2022, C/B 2022", "C", "C", true), ("A>B 2020, B>A 2020", "A", "A", false),
            ("X>A 2019, A>B 2020, B>A 2020", "X", "B", false),
        ])
    func fates(_ steps: String, _ origin: String, _ body: String, _ isDivided: Bool) throws {
        let perimeter = TodaysPerimeter(
            steps.split(separator: ", ").compactMap { step in
                let parts = step.split(separator: " ")
                let codes = parts[0].split { $0 == ">" || $0 == "/" }
                guard let predecessor = MinistryCode(codes[0]), let successor = MinistryCode(codes[1]),
                    let on = CivilDate("\(parts[1])-01-01")
                else { return nil }
                return .init(predecessor: predecessor, successor: successor, on: on, takesAll: step.contains(">"))
            })
        let code = try #require(MinistryCode(origin))
        #expect(perimeter.body(of: code).text == body)
        #expect(perimeter.isDivided(code) == isDivided)
    }
}
