import ActionPlans
import Documents
import Foundation
import JalonServer
import Testing

@testable import jalon

@Suite("Files of another kind")
struct ForeignFileTests {
    private static let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    /// Every byte there is, in no order of a text.
    private static let noise = (0..<1_024).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    private static let files: [(name: String, bytes: [UInt8], told: String)] = [
        ("a.xlsx", zip + Array("....[Content_Types].xml....xl/workbook.xml".utf8), "classeur Excel (.xlsx)"),
        ("TE-2022.csv", zip + Array("....[Content_Types].xml....xl/workbook.xml".utf8), "CSV UTF-8"),
        (
            "a.ods", zip + Array("..........................mimetypeapplication/vnd.oasis.opendocument.spreadsheet".utf8),
            "LibreOffice (.ods)"
        ),
        ("a.xls", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], "ancien format (.xls)"),
        ("a.docx", zip + Array("....word/document.xml".utf8), "traitement de texte"),
        ("a.zip", zip + Array("....plan.csv".utf8), "archive"),
        ("a.pdf", Array("%PDF-1.7\n".utf8), "un PDF"),
        ("TE-2022.csv", [0xFF, 0xFE] + Array("code".utf8), "UTF-16"),
        ("TE-2022.xls", Array("  <html><table><tr><td>code</td></tr></table></html>".utf8), "une page"),
        ("a.xlsx", Array("code;title\nA;Un\n".utf8), "renommez"),
        ("a.ods", noise, "annonce un classeur LibreOffice (.ods), et il n’en a pas le contenu"),
        ("TE-2022.csv", noise, "C’est un fichier qui n’est pas du texte"),
        ("a.yaml", noise, "C’est un fichier qui n’est pas du texte"),
        ("a.db", Array("SQLite format 3\0".utf8) + [16, 0, 1, 1, 0, 64, 32, 32], "C’est un fichier qui n’est pas du texte"),
    ]

    @Test("are told for what they are, with what to do", arguments: files.indices)
    func told(index: Int) throws {
        let (name, bytes, told) = Self.files[index]
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.file(name)
        try Data(bytes).write(to: URL(filePath: path))
        let failure = #expect(throws: Failure.self) { try SourceFile(reading: path, as: .plan(nil)) }
        #expect(failure?.status == .unreadable)
        #expect(failure?.text.contains(told) == true, "\(failure?.text ?? "")")
    }

    @Test("a text with a stray control character is told where it stands, and one of another encoding to change it")
    func texts() throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        for (bytes, told) in [
            (Array("code;title\n1;Un\0\n".utf8), "NUL"), (Array("code;title\n1;".utf8) + [0xE9, 0x74, 0xE9, 0x0A], "UTF-8"),
        ] {
            try Data(bytes).write(to: URL(filePath: folder.file("TE-2022.csv")))
            let failure = #expect(throws: Failure.self) {
                try SourceFile(reading: folder.file("TE-2022.csv"), as: .plan(nil))
            }
            #expect(failure?.details.joined().contains(told) == true, "\(failure?.details ?? [])")
        }
    }

    @Test("a plan that begins like one of them by chance is read", arguments: ["BZhabc;code\n1;A\n", "code;title\nPK;Un\n"])
    func plans(text: String) {
        #expect(ForeignFile(Array(text.utf8)) == nil)
    }

    @Test(
        "an export is not written under the name of another kind",
        arguments: [
            ("a.xlsx", nil, false), ("a.ods", "csv", false), ("a.json", "csv", false), ("a.csv", "yaml", false),
            ("a.txt", nil, false),
            ("a.txt", "csv", true), ("a.CSV", nil, true), ("a.yml", "yaml", true), ("a", nil, true), ("/dev/stdout", nil, true),
        ] as [(String, String?, Bool)])
    func names(path: String, format: String?, isGood: Bool) {
        let misnamed = PlanExportCommand.misnamed(path, format.flatMap { PlanExportCommand.Format(rawValue: $0) })
        #expect((misnamed == nil) == isGood, "\(misnamed?.french ?? "")")
    }
}
