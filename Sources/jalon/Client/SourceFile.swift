import ActionPlans
import Foundation
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
        case plan(RoadmapID?)
    }

    /// As messages show it.
    let name: String
    let bytes: [UInt8]
    let syntax: Syntax
    let document: SentDocument
    var root: DocumentNode { document.root }

    static let standardInput = "-"
    static let extensions = ["yaml", "yml", "json", "csv"]
    /// The server takes no more.
    private static let largest = 20 << 20

    /// - Throws: ``Failure`` of status 65, with the place where reading stopped.
    init(reading path: String, as use: Use = .document) throws(Failure) {
        name = path == Self.standardInput ? Message("entrée standard", "standard input").shown : path
        do {
            let input: FileHandle =
                path == Self.standardInput ? .standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            bytes = Array(try input.read(upToCount: Self.largest + 1) ?? Data())
        } catch {
            throw Failure(.unreadable, Self.unreadable(name, error))
        }
        guard bytes.count <= Self.largest else {
            throw Failure(
                .unreadable, Message("\(name) : plus de \(Self.largest) octets.", "\(name): more than \(Self.largest) bytes."))
        }
        syntax = Self.syntax(of: path, bytes, use)
        let roadmap = try Self.roadmap(of: path, syntax, use)
        do {
            document =
                switch syntax {
                case .yaml: SentDocument(try YAMLParser.parse(bytes), .yaml)
                case .json: SentDocument(try JSONParser.parse(bytes), .json)
                case .csv: try PlanTable.document(bytes, for: roadmap)
                }
        } catch {
            let faults = Problem(error).faults.map { [name, syntax] in Self.line($0, in: name, syntax, at: $0.position) }
            throw Failure(.unreadable, Message("\(name) ne se lit pas.", "\(name) cannot be read."), details: faults)
        }
    }

    /// The files that arguments stand for: a folder gives those it holds, sorted.
    static func expanding(_ arguments: [String]) throws(Failure) -> [String] {
        var paths: [String] = []
        for argument in arguments {
            var isFolder: ObjCBool = false
            guard argument != standardInput, FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder),
                isFolder.boolValue
            else {
                paths.append(argument)
                continue
            }
            let names = (try? FileManager.default.contentsOfDirectory(atPath: argument)) ?? []
            let wanted = names.filter { extensions.contains(($0 as NSString).pathExtension) && !$0.hasPrefix(".") }.sorted()
            guard !wanted.isEmpty else {
                throw Failure(
                    .unreadable,
                    Message(
                        "\(argument) : aucun fichier .yaml, .yml, .json ou .csv.",
                        "\(argument): no .yaml, .yml, .json or .csv file."))
            }
            paths += wanted.map { (argument as NSString).appendingPathComponent($0) }
        }
        return paths
    }

    /// Whether it is a table that clears members by leaving their cells empty.
    var hasEmptyCells: Bool {
        guard syntax == .csv, case .object(let plan) = root.content, case .list(let lines)? = plan.last?.node.content else {
            return false
        }
        return lines.contains { line in
            guard case .object(let members) = line.content else { return false }
            return members.contains { if case .null = $0.node.content { true } else { false } }
        }
    }

    /// `file:line:column`, as compilers write it and editors understand it.
    func place(_ position: DocumentPosition?) -> String { Self.place(name, position) }

    /// Where a JSON pointer leads, or the nearest value that exists.
    func place(of pointer: String) -> String { place(root.nearest(to: pointer).position) }

    /// A table has no pointers: its faults name their row and column themselves.
    static func line(_ fault: Problem.Located, in name: String, _ syntax: Syntax, at position: DocumentPosition?) -> String {
        guard case .pointer(let pointer) = fault.place, !pointer.isEmpty, syntax != .csv else {
            return "\(place(name, position)): \(fault.message.shown)"
        }
        return "\(place(name, position)): \(pointer): \(fault.message.shown)"
    }

    private static func place(_ name: String, _ position: DocumentPosition?) -> String {
        position.map { "\(name):\($0.line):\($0.column)" } ?? name
    }

    private static func syntax(of path: String, _ bytes: [UInt8], _ use: Use) -> Syntax {
        switch ((path as NSString).pathExtension.lowercased(), use) {
        case ("csv", .plan): return .csv
        // From standard input, only a table needs to be told its roadmap.
        case (_, .plan(.some)) where path == standardInput: return .csv
        case ("json", _): return .json
        case ("yaml", _), ("yml", _): return .yaml
        default: return bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{") ? .json : .yaml
        }
    }

    /// The roadmap that a table is for; nil for a document, which names its own.
    private static func roadmap(of path: String, _ syntax: Syntax, _ use: Use) throws(Failure) -> RoadmapID? {
        guard case .plan(let given) = use else { return nil }
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
        if let id = given ?? RoadmapID((path as NSString).lastPathComponent.prefix { $0 != "." }.uppercased()) { return id }
        throw Failure(
            .refused,
            Message(
                "\(path) : un tableau ne dit pas de quelle feuille de route il s’agit ; ajoutez --roadmap TE-2022, ou nommez-le TE-2022.csv.",
                "\(path): a table does not say which roadmap it is for; add --roadmap TE-2022, or name it TE-2022.csv."))
    }

    private static func unreadable(_ name: String, _ error: any Error) -> Message {
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile?, .fileReadNoSuchFile?:
            Message("\(name) n’existe pas.", "\(name) does not exist.")
        case .fileReadNoPermission?:
            Message("\(name) : lecture interdite.", "\(name): reading is not permitted.")
        default:
            Message("\(name) ne se lit pas.", "\(name) cannot be read.")
        }
    }
}
