import Testing

@testable import ActionPlans

@Suite("Targets")
struct IndicatorTargetTests {
    private typealias Sample = IndicatorSample

    private static func target(
        _ period: String, _ value: String, from base: String? = nil, _ baseValue: String? = nil, for ministry: String? = nil
    ) throws -> IndicatorTarget {
        IndicatorTarget(
            ministry: try ministry.map(Sample.body), period: try Sample.period(period), value: try Sample.number(value),
            basePeriod: try base.map(Sample.period), baseValue: try baseValue.map(Sample.number))
    }

    private static func position(
        _ value: String?, _ period: String, _ targets: [IndicatorTarget], for ministry: String? = nil,
        _ direction: Direction = .increase,
        decimals: Int = 0
    ) throws -> TargetPosition? {
        var definition = try Sample.indicator(.ratio, decimals: decimals)
        definition.direction = direction
        return TargetPosition(
            of: try value.map(Sample.number), in: try Sample.period(period), for: try ministry.map(Sample.body), among: targets,
            of: definition)
    }

    @Test("periods fit the indicator, a base comes before and has its value, and nothing stands twice")
    func faults() throws {
        func places(_ targets: [IndicatorTarget], _ periodicity: Periodicity = .year) throws -> [String] {
            let definition = try Sample.indicator(.ratio, nil, periodicity, periodicity == .year ? nil : .last)
            return Sample.places(IndicatorTarget.faults(of: targets, definition))
        }
        #expect(try places([Self.target("2025", "50", from: "2023", "25"), Self.target("2025", "40", for: "TE")]) == [])
        #expect(
            try places([Self.target("2025-S1", "50", from: "2023-01", "5")]) == [
                "targets/0/period inconsistent", "targets/0/base_period inconsistent",
            ])
        #expect(
            try places([Self.target("2025", "50", from: "2024-12", "5")], .month) == [], "a year's target of a monthly number")
        #expect(try places([Self.target("2025", "50", from: "2025", "5")]) == ["targets/0/base_period inconsistent"])
        #expect(try places([Self.target("2025-06", "50", from: "2025", "5")], .month) == ["targets/0/base_period inconsistent"])
        #expect(try places([Self.target("2025", "50", from: "2023")]) == ["targets/0/base_value required"])
        #expect(
            try places([Self.target("2024", "1"), Self.target("2025", "50", from: nil, "25")]) == [
                "targets/1/base_period required"
            ])
        #expect(try places([Self.target("2025", "50"), Self.target("2025", "60")]) == ["targets/1/period duplicate"])
        #expect(
            try places([Self.target("2025", "50", for: "TE"), Self.target("2025", "60", for: "TE")]) == [
                "targets/1/period duplicate"
            ])
        #expect(try places(Array(repeating: Self.target("2025", "50"), count: 201)) == ["targets too-many"])
        var long = try Self.target("2025", "50")
        (long.source, long.note) = (String(repeating: "s", count: 1_001), " ")
        #expect(try places([long]) == ["targets/0/source too-long", "targets/0/note too-short"])
    }

    @Test("the nearest target at or after the period counts, else the last one before, of the same body alone")
    func nearest() throws {
        let path = [
            try Self.target("2025", "50"), try Self.target("2023", "25"), try Self.target("2024", "35"),
            try Self.target("2023", "99", for: "TE"),
        ]
        #expect(try Self.position("20", "2022", path)?.target.value.description == "25")
        #expect(try Self.position("20", "2024", path)?.target.value.description == "35")
        #expect(try Self.position("20", "2030", path)?.target.value.description == "50")
        #expect(try Self.position("20", "2024", path, for: "TE")?.target.value.description == "99")
        #expect(try Self.position("20", "2024", path, for: "ECO") == nil)
        #expect(try Self.position("42", "2025", path)?.gap?.description == "-8")
        #expect(try Self.position("52.5", "2025", path)?.gap?.description == "2.5")
        #expect(try Self.position(nil, "2025", path)?.gap == nil)
    }

    @Test("the path is a straight line from the base, or from the target before, rounded once")
    func path() throws {
        let alone = [try Self.target("2025", "50", from: "2022", "25")]
        #expect(try Self.position("30", "2022", alone)?.pathValue?.description == "25")
        #expect(try Self.position("30", "2023", alone)?.pathValue?.description == "33", "33.33…")
        #expect(try Self.position("30", "2023", alone, decimals: 2)?.pathValue?.description == "33.33")
        #expect(try Self.position("30", "2024", alone)?.pathValue?.description == "42", "41.67")
        #expect(try Self.position("30", "2025", alone)?.pathValue?.description == "50")
        #expect(try Self.position("30", "2027", alone)?.pathValue?.description == "50", "the target still holds")
        #expect(try Self.position("30", "2021", alone)?.pathValue == nil, "before the line begins")
        let steps = [try Self.target("2023", "25"), try Self.target("2025", "50")]
        #expect(try Self.position("30", "2024", steps)?.pathValue?.description == "38", "37.5, from the target before")
        #expect(try Self.position("30", "2022", steps)?.pathValue == nil, "no base")
        let measured = [try Self.target("2022", "20"), try Self.target("2025", "50", from: "2023", "40")]
        #expect(try Self.position("30", "2024", measured)?.pathValue?.description == "45", "from the later of both")
        let older = [try Self.target("2023", "40"), try Self.target("2025", "50", from: "2021", "10")]
        #expect(try Self.position("30", "2024", older)?.pathValue?.description == "45")
        #expect(
            try Self.position("45", "2025-S1", [Self.target("2025", "50", from: "2024", "40")])?.pathValue?.description == "45")
        #expect(
            try Self.position("45", "2025-03", [Self.target("2025", "50", from: "2024", "40")], decimals: 1)?.pathValue?
                .description == "42.5")
    }

    @Test("which side of the path is right depends on the direction; without one, nothing is said")
    func onPath() throws {
        let up = [try Self.target("2025", "50", from: "2023", "30")], down = [try Self.target("2025", "10", from: "2023", "30")]
        #expect(try Self.position("40", "2024", up)?.isOnPath == true)
        #expect(try Self.position("39", "2024", up)?.isOnPath == false)
        #expect(try Self.position("20", "2024", down, .decrease)?.isOnPath == true)
        #expect(try Self.position("21", "2024", down, .decrease)?.isOnPath == false)
        #expect(try Self.position("-30", "2024", down, .decrease)?.isOnPath == true)
        #expect(try Self.position("40", "2024", up, Direction.none)?.isOnPath == nil)
        #expect(try Self.position(nil, "2024", up)?.isOnPath == nil)
        #expect(try Self.position("40", "2022", up)?.isOnPath == nil)
        #expect(try Self.position("60", "2026", up)?.isOnPath == true)
    }
}
