import ActionPlans
import Documents
import FoundationEssentials
import Glibc
import JalonServer

/// A file as the user names it, read whole: its bytes, and its values with their places.
struct SourceFile {
    enum Syntax {
        case yaml, json, csv

        var mediaType: String {
            switch self {
            case .yaml: "application/yaml"
            case .json: "application/json"
            case .csv: "text/csv"
            }
        }
    }

    /// What it is read for.
    enum Use {
        case document
        /// A plan, which may be a table: one for this roadmap or, without it, for the one that the file's name tells.
        /// - Parameter isNamed: whether a table must be for some roadmap.
        case plan(RoadmapID?, isNamed: Bool = true)
        /// Measures, as a document or as a table.
        case measures
    }

    /// As messages show it.
    let name: String
    let bytes: [UInt8]
    let syntax: Syntax
    let document: SentDocument
    var root: DocumentNode { document.root }

    static let standardInput = "-"
    static let extensions = ["yaml", "yml", "json", "csv"]
    /// Where it was read; nil for standard input.
    let path: String?
    /// The server takes no more.
    private static let largest = 20 << 20

    /// - Throws: ``Failure`` of status 65, with the place where reading stopped.
    init(reading path: String, as use: Use = .document) throws(Failure) {
        name = path == Self.standardInput ? Message("entrée standard", "standard input").shown : path.printable
        do {
            bytes = try Descriptor.read(path == Self.standardInput ? nil : path, upTo: Self.largest + 1)
        } catch {
            throw Failure(.unreadable, Self.unreadable(name, error))
        }
        guard bytes.count <= Self.largest else {
            throw Failure(
                .unreadable, Message("\(name) : plus de \(Self.largest) octets.", "\(name): more than \(Self.largest) bytes."))
        }
        self.path = path == Self.standardInput ? nil : path
        let named = path == Self.standardInput ? nil : ForeignFile(extension: FileName(path).ending)
        if let refusal = Self.foreign(bytes, named: named) {
            throw Failure(.unreadable, Message("\(name) : \(refusal.french)", "\(name): \(refusal.english)"))
        }
        syntax = Self.syntax(of: path, bytes, use)
        let roadmap = try Self.roadmap(of: path, syntax, use)
        do {
            document =
                switch (syntax, use) {
                case (_, .measures): try SentMeasures.document(bytes, isTable: syntax == .csv)
                case (.yaml, _): SentDocument(try YAMLParser.parse(bytes), .yaml)
                case (.json, _): SentDocument(try JSONParser.parse(bytes), .json)
                case (.csv, _): try PlanTable.document(bytes, for: roadmap)
                }
        } catch {
            let faults = error.located.map { [name, syntax] in Self.line($0, in: name, syntax, at: $0.position) }
            throw Failure(.unreadable, Message("\(name) ne se lit pas.", "\(name) cannot be read."), details: faults)
        }
    }

    /// The files that arguments stand for: a folder gives those it holds, sorted.
    static func expanding(_ arguments: [String]) throws(Failure) -> [String] {
        var paths: [String] = []
        for argument in arguments {
            var isFolder = false
            guard argument != standardInput, FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder),
                isFolder
            else {
                paths.append(argument)
                continue
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: argument)) ?? []
            let visible = names.filter { !$0.hasPrefix(".") }.sorted()
            let wanted = visible.filter { extensions.contains(FileName($0).ending.lowercased()) }
            for name in visible where ForeignFile(extension: FileName(name).ending)?.isWorkbook == true {
                Terminal.say(
                    Message(
                        "\(argument) : \(name) n’est pas lu, c’est un classeur : enregistrez-le en CSV UTF-8.",
                        "\(argument): \(name) is not read, it is a workbook: save it as CSV UTF-8."))
            }
            guard !wanted.isEmpty else {
                throw Failure(
                    .unreadable,
                    Message(
                        "\(argument) : aucun fichier .yaml, .yml, .json ou .csv.",
                        "\(argument): no .yaml, .yml, .json or .csv file."))
            }
            paths += wanted.map { FileName.path(of: $0, in: argument) }
        }
        return paths
    }

    /// What a table clears by leaving cells empty: the members, by the code of their action.
    var emptyCells: [String: Set<String>] {
        guard syntax == .csv, case .list(let lines)? = root["actions"]?.content else { return [:] }
        var cells: [String: Set<String>] = [:]
        for line in lines {
            guard case .object(let members) = line.content, case .text(let code)? = line["code"]?.content else { continue }
            for (name, node) in members {
                guard case .null = node.content else { continue }
                cells[code, default: []].insert(name)
                // « Date de mise en œuvre » is the due date of what is not done.
                if name == "completed_on" { cells[code, default: []].insert("due_on") }
            }
        }
        return cells
    }

    /// Of which state of which plan it was exported, where it says so.
    var exportTag: ExportTag? { syntax == .yaml ? ExportTag(in: bytes) : nil }

    /// Writes into the file of which state it now is, so that it can be applied again. Nothing is written over what somebody has
    /// changed in it meanwhile.
    func tell(_ entityTag: String?, of roadmap: RoadmapID, on server: String) {
        guard let entityTag, let path, exportTag?.roadmap == roadmap.description, exportTag?.server == server else { return }
        let tag = ExportTag(roadmap: roadmap.description, server: server, entityTag: entityTag)
        guard tag != exportTag, let told = tag.replacing(in: bytes) else { return }
        do {
            guard try Descriptor.read(path, upTo: bytes.count + 1) == bytes else { return }
            try WholeFile.write(told, to: path, replacing: true)
        } catch {
            Terminal.say(
                Message(
                    "\(name) : sa première ligne n’a pas pu être mise à jour ; exportez de nouveau le plan avant de l’appliquer encore.",
                    "\(name): its first line could not be brought up to date; export the plan again before applying it once more."
                ))
        }
    }

    /// The roadmap that the file names; whatever else is wrong with it is for the server to say.
    func roadmap() throws(Failure) -> RoadmapID {
        let noted = FaultList()
        var members = MemberReader(root, faults: noted)
        let ministry = members.required("ministry", members.text("ministry"))
        let year = members.required("first_year", members.integer("first_year", in: RoadmapID.years))
        if let code = ministry, MinistryCode(code) == nil {
            members.add(
                "ministry", .invalidValue,
                Message("« \(code) » n’est pas un code de ministère.", "“\(code)” is not a ministry code."))
        }
        if let code = ministry.flatMap({ MinistryCode($0) }), let year, let id = RoadmapID(ministry: code, firstYear: year) {
            return id
        }
        throw Failure(
            .refused,
            Message("\(name) ne dit pas de quelle feuille de route il s’agit.", "\(name) does not say which roadmap it is."),
            details: PlanRules.rootFirst(noted.faults).map {
                "\(place(of: $0.member)): \($0.member.isEmpty ? "" : "/\($0.member): ")\($0.message.shown)"
            })
    }

    /// `file:line:column`, as compilers write it and editors understand it.
    func place(_ position: DocumentPosition?) -> String { Self.place(name, position) }

    /// Where a JSON pointer leads, or the nearest value that exists.
    func place(of pointer: String) -> String { place(root.nearest(to: pointer).position) }

    /// A table has no pointers: its faults name their row and column themselves.
    static func line(_ fault: LocatedFault, in name: String, _ syntax: Syntax, at position: DocumentPosition?) -> String {
        guard case .pointer(let pointer) = fault.place, !pointer.isEmpty, syntax != .csv else {
            return "\(place(name, position)): \(fault.message.shown)"
        }
        return "\(place(name, position)): \(pointer): \(fault.message.shown)"
    }

    private static func place(_ name: String, _ position: DocumentPosition?) -> String {
        position.map { "\(name):\($0.line):\($0.column)" } ?? name
    }

    private static func syntax(of path: String, _ bytes: [UInt8], _ use: Use) -> Syntax {
        let beginsAsJSON = bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
        if case .measures = use { return beginsAsJSON ? .json : .csv }
        return switch (FileName(path).ending.lowercased(), use) {
        case ("csv", .plan): .csv
        // From standard input, only a table needs to be told its roadmap.
        case (_, .plan(.some, _)) where path == standardInput: .csv
        case ("json", _): .json
        case ("yaml", _), ("yml", _): .yaml
        default: beginsAsJSON ? .json : .yaml
        }
    }

    /// The roadmap that a table is for; nil for a document, which names its own.
    private static func roadmap(of path: String, _ syntax: Syntax, _ use: Use) throws(Failure) -> RoadmapID? {
        guard case .plan(let given, let isNamed) = use else { return nil }
        guard syntax == .csv else {
            guard given == nil else {
                throw Failure(
                    .refused,
                    Message(
                        "--roadmap ne vaut que pour un fichier CSV : \(path) nomme sa feuille de route.",
                        "--roadmap is for a CSV file only: \(path) names its roadmap."))
            }
            return nil
        }
        if let id = given ?? RoadmapID(FileName(path).text.prefix { $0 != "." }.uppercased()) { return id }
        guard isNamed else { return nil }
        throw Failure(
            .refused,
            Message(
                "\(path) : un tableau ne dit pas de quelle feuille de route il s’agit ; ajoutez --roadmap TE-2022, ou nommez-le TE-2022.csv.",
                "\(path): a table does not say which roadmap it is for; add --roadmap TE-2022, or name it TE-2022.csv."))
    }

    /// What is wrong with a file of another kind.
    /// - Parameter named: the kind that its name tells.
    private static func foreign(_ bytes: [UInt8], named: ForeignFile?) -> Message? {
        if let foreign = ForeignFile(bytes) { return foreign.message }
        guard ForeignFile.isBinary(bytes) else {
            return named.map { _ in
                Message(
                    "c’est du texte sous le nom d’autre chose. Si c’est un plan, renommez le fichier en .csv, .yaml ou .json.",
                    "this is text under the name of something else. If it is a plan, rename the file to .csv, .yaml or .json.")
            }
        }
        guard let named else { return ForeignFile.binary.message }
        let kind = named.name
        return Message(
            "son nom annonce \(kind.french), et il n’en a pas le contenu ; ce n’est pas du texte non plus. Il est peut-être abîmé : "
                + "ouvrez-le dans son logiciel, puis enregistrez le plan en CSV UTF-8.",
            "its name tells \(kind.english), and it is none; it is no text either. It may be damaged: open it in its own program, "
                + "then save the plan as CSV UTF-8.")
    }

    private static func unreadable(_ name: String, _ fault: SystemFault) -> Message {
        switch fault.code {
        case ENOENT:
            Message("\(name) n’existe pas.", "\(name) does not exist.")
        case EACCES, EPERM:
            Message("\(name) : lecture interdite.", "\(name): reading is not permitted.")
        default:
            Message("\(name) ne se lit pas.", "\(name) cannot be read.")
        }
    }
}
