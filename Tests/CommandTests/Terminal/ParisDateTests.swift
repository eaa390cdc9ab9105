import ActionPlans
import Foundation
import Testing

@testable import jalon

@Suite("The day in Paris, without a database")
struct ParisDateTests {
    @Test("is the one that the zones of this machine tell, around each change of the hour", arguments: 2020...2037)
    func day(year: Int) throws {
        let paris = try #require(TimeZone(identifier: "Europe/Paris"))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = paris
        var instant = try Date("\(year)-01-01T00:00:00Z", strategy: .iso8601)
        let end = instant.addingTimeInterval(366 * 86_400)
        while instant < end {
            for moment in [instant, instant.addingTimeInterval(-1)] {
                let day = calendar.dateComponents([.year, .month, .day], from: moment)
                let told = try ParisDate.day(of: moment)
                #expect((told.year, told.month, told.day) == (day.year, day.month, day.day), "\(moment)")
            }
            instant.addTimeInterval(3_600)
        }
    }

    @Test("is refused to a clock out of all reason")
    func clock() {
        #expect(throws: Failure.self) { try ParisDate.day(of: .distantPast) }
    }
}

@Suite("The name of a file")
struct FileNameTests {
    @Test(
        "is taken apart by its letters alone",
        arguments: [
            ("a.csv", "a.csv", "", "a", "csv"), ("/tmp/a.b.csv", "a.b.csv", "/tmp", "a.b", "csv"), ("a", "a", "", "a", ""),
            (".profile", ".profile", "", ".profile", ""), ("/tmp/", "tmp", "/", "tmp", ""), ("a/b", "b", "a", "b", ""),
            ("plan.", "plan.", "", "plan.", ""), ("é/plan é.YAML", "plan é.YAML", "é", "plan é", "YAML"), ("", "", "", "", ""),
        ])
    func parts(path: String, text: String, folder: String, stem: String, ending: String) {
        let name = FileName(path)
        #expect([name.text, name.folder, name.stem, name.ending] == [text, folder, stem, ending])
    }

    @Test("is put behind a folder by one slash")
    func path() {
        #expect(["", "a", "a/", "/"].map { FileName.path(of: "b", in: $0) } == ["b", "a/b", "a/b", "/b"])
    }
}
