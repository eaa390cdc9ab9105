import Testing

@testable import ActionPlans

@Suite("Percentages")
struct PercentTests {
    @Test("a share of nothing has no value, never 0")
    func emptyBase() {
        #expect(Percent(0, of: 0) == nil)
        #expect(Percent(medianOf: [(0, 0)]) == nil)
        #expect(Percent.whole(0, of: 0) == nil)
    }

    @Test(
        "halves are rounded up, from the integers",
        arguments: [(1, 2000, 1), (1, 3, 333), (2, 3, 667), (94, 312, 301), (1, 16, 63)])
    func halfUp(numerator: Int, denominator: Int, tenths: Int) {
        #expect(Percent(numerator, of: denominator)?.tenths == tenths)
    }
}
