import ActionPlans
import Foundation
import JalonServer

/// A file as the user names it, read whole: its bytes, and its values with their places.
struct SourceFile {
    enum Syntax {
        case yaml, json

        var mediaType: String { self == .yaml ? "application/yaml" : "application/json" }
    }

    /// As messages show it.
    let name: String
    let bytes: [UInt8]
    let syntax: Syntax
    let root: DocumentNode

    static let standardInput = "-"
    private static let extensions = ["yaml", "yml", "json"]
    /// The server takes no more.
    private static let largest = 20 << 20

    /// - Throws: ``Failure`` of status 65, with the place where reading stopped.
    init(reading path: String) throws(Failure) {
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
        syntax = Self.syntax(of: path, bytes)
        do {
            root = syntax == .yaml ? try YAMLParser.parse(bytes) : try JSONParser.parse(bytes)
        } catch {
            let faults = Problem(error).faults.map { [name] in Self.line($0, in: name, at: $0.position) }
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
                        "\(argument) : aucun fichier .yaml, .yml ou .json.", "\(argument): no .yaml, .yml or .json file."))
            }
            paths += wanted.map { (argument as NSString).appendingPathComponent($0) }
        }
        return paths
    }

    /// `file:line:column`, as compilers write it and editors understand it.
    func place(_ position: DocumentPosition?) -> String { Self.place(name, position) }

    /// Where a JSON pointer leads, or the nearest value that exists.
    func place(of pointer: String) -> String { place(root.nearest(to: pointer).position) }

    static func line(_ fault: Problem.Located, in name: String, at position: DocumentPosition?) -> String {
        guard case .pointer(let pointer) = fault.place, !pointer.isEmpty else {
            return "\(place(name, position)): \(fault.message.shown)"
        }
        return "\(place(name, position)): \(pointer): \(fault.message.shown)"
    }

    private static func place(_ name: String, _ position: DocumentPosition?) -> String {
        position.map { "\(name):\($0.line):\($0.column)" } ?? name
    }

    private static func syntax(of path: String, _ bytes: [UInt8]) -> Syntax {
        switch (path as NSString).pathExtension.lowercased() {
        case "json": .json
        case "yaml", "yml": .yaml
        default: bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{") ? .json : .yaml
        }
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
