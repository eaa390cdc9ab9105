import ActionPlans

/// What people send in place of a text, as its first bytes tell it, whatever its name or its declared type.
package enum ForeignFile: String, Sendable, CaseIterable {
    case excelWorkbook, openDocument, oldWorkbook, numbers, word, archive, compressed, pdf, image, utf16, html, richText, binary

    /// - Returns: nil for what may be a text of a kind that is read.
    package init?(_ bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(512))
        func begins(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
        if begins([0x50, 0x4B, 0x03, 0x04]) || begins([0x50, 0x4B, 0x05, 0x06]) {
            self = Self.inside(bytes, head)
        } else if begins([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            self = .oldWorkbook
        } else if begins([0x1F, 0x8B]) || Self.isBzip(head) || begins([0xFD, 0x37, 0x7A, 0x58, 0x5A]) {
            self = .compressed
        } else if begins(Array("%PDF-".utf8)) {
            self = .pdf
        } else if begins([0x89, 0x50, 0x4E, 0x47]) || begins([0xFF, 0xD8, 0xFF]) {
            self = .image
        } else if begins([0xFF, 0xFE]) || begins([0xFE, 0xFF]) {
            self = .utf16
        } else if begins(Array("{\\rtf".utf8)) {
            self = .richText
        } else if Self.isHTML(head) {
            self = .html
        } else {
            return nil
        }
    }

    /// By the media type that a client declares.
    package init?(mediaType: String) {
        switch mediaType {
        case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-excel.sheet.macroenabled.12", "application/vnd.ms-excel.sheet.binary.macroenabled.12":
            self = .excelWorkbook
        case "application/vnd.oasis.opendocument.spreadsheet": self = .openDocument
        case "application/vnd.ms-excel": self = .oldWorkbook
        case "application/pdf": self = .pdf
        case "application/zip": self = .archive
        default: return nil
        }
    }

    /// By what a file's name ends with.
    package init?(extension name: String) {
        switch name.lowercased() {
        case "xlsx", "xlsm", "xltx", "xlsb": self = .excelWorkbook
        case "ods", "fods": self = .openDocument
        case "xls", "xlt": self = .oldWorkbook
        case "numbers": self = .numbers
        case "docx", "doc", "odt": self = .word
        case "pdf": self = .pdf
        case "html", "htm": self = .html
        case "rtf": self = .richText
        case "png", "jpg", "jpeg": self = .image
        case "zip": self = .archive
        case "gz", "bz2", "xz": self = .compressed
        default: return nil
        }
    }

    /// Whether it is no text of any kind: one stray control character is a fault of a text, with its place, and many are none.
    package static func isBinary(_ bytes: some Collection<UInt8>) -> Bool {
        let head = bytes.prefix(512)
        let controls = head.count { $0 < 0x20 && !"\t\n\r\u{C}\u{1B}".utf8.contains($0) }
        return controls >= 4 && controls * 20 >= head.count
    }

    /// Whether it is one of a spreadsheet's own files.
    package var isWorkbook: Bool { [.excelWorkbook, .openDocument, .oldWorkbook, .numbers].contains(self) }

    /// An archive by the names of what is in it, which stand in clear at its beginning and at its end.
    private static func inside(_ bytes: some Collection<UInt8>, _ head: [UInt8]) -> ForeignFile {
        if contains(head, "application/vnd.oasis.opendocument.spreadsheet") { return .openDocument }
        if contains(head, "application/vnd.oasis.opendocument") { return .word }
        let ends = Array(bytes.prefix(8 << 10)) + Array(bytes.suffix(64 << 10))
        if contains(ends, "xl/workbook") { return .excelWorkbook }
        if contains(ends, "word/document") { return .word }
        if contains(ends, "Index/Document.iwa") || contains(ends, "Index.zip") { return .numbers }
        return .archive
    }

    private static func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0] == first && bytes[$0...].starts(with: wanted) }
    }

    /// Three letters alone might begin a text.
    private static func isBzip(_ head: [UInt8]) -> Bool {
        head.starts(with: Array("BZh".utf8)) && head.dropFirst(4).starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
    }

    /// Pages, and the pages that some software calls `.xls`.
    private static func isHTML(_ head: [UInt8]) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = (head.starts(with: mark) ? head.dropFirst(mark.count) : head[...]).drop { " \t\r\n".utf8.contains($0) }
        let start = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
        return ["<!doctype", "<html", "<table", "<?xml"].contains { start.hasPrefix($0) }
    }

    /// What it is, and what to do with it.
    package var message: Message {
        let (name, remedy) = (name, remedy)
        return Message("C’est \(name.french). \(remedy.french)", "This is \(name.english). \(remedy.english)")
    }

    package var name: Message {
        switch self {
        case .excelWorkbook: Message("un classeur Excel (.xlsx)", "an Excel workbook (.xlsx)")
        case .openDocument: Message("un classeur LibreOffice (.ods)", "a LibreOffice workbook (.ods)")
        case .oldWorkbook: Message("un classeur Excel d’ancien format (.xls)", "an Excel workbook of the old format (.xls)")
        case .numbers: Message("un classeur Numbers", "a Numbers workbook")
        case .word: Message("un document de traitement de texte", "a word processor's document")
        case .archive: Message("une archive (.zip)", "an archive (.zip)")
        case .compressed: Message("un fichier compressé", "a compressed file")
        case .pdf: Message("un PDF", "a PDF")
        case .image: Message("une image", "an image")
        case .utf16: Message("un texte en UTF-16 (« texte Unicode »)", "a text in UTF-16 (“Unicode text”)")
        case .html: Message("une page (HTML ou XML)", "a page (HTML or XML)")
        case .richText: Message("un texte mis en forme (RTF)", "a rich text (RTF)")
        case .binary: Message("un fichier qui n’est pas du texte", "a file that is no text")
        }
    }

    private var remedy: Message {
        switch self {
        case .excelWorkbook, .oldWorkbook, .utf16, .html:
            Message(
                "Dans Excel : Fichier, Enregistrer sous, type « CSV UTF-8 (délimité par des virgules) » ; donnez le fichier .csv obtenu.",
                "In Excel: File, Save As, type “CSV UTF-8 (Comma delimited)”; give the .csv file that this makes.")
        case .openDocument:
            Message(
                "Dans LibreOffice : Fichier, Enregistrer sous, type « Texte CSV », jeu de caractères « Unicode (UTF-8) » ; donnez le fichier .csv obtenu.",
                "In LibreOffice: File, Save As, type “Text CSV”, character set “Unicode (UTF-8)”; give the .csv file that this makes."
            )
        case .numbers:
            Message(
                "Dans Numbers : Fichier, Exporter vers, CSV, encodage « Unicode (UTF-8) » ; donnez le fichier .csv obtenu.",
                "In Numbers: File, Export To, CSV, encoding “Unicode (UTF-8)”; give the .csv file that this makes.")
        case .archive, .compressed:
            Message("Extrayez-en le fichier, en CSV, YAML ou JSON.", "Extract the file from it, in CSV, YAML or JSON.")
        case .word, .pdf, .image, .richText, .binary:
            Message("Donnez un plan en CSV (UTF-8), en YAML ou en JSON.", "Give a plan in CSV (UTF-8), YAML or JSON.")
        }
    }
}
