import ActionPlans
import FoundationEssentials
import Glibc

/// The authorities whose certificates are trusted: those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, and where neither is set,
/// the system's.
enum TrustedCertificates {
    static let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"]

    /// - Returns: certificates in PEM; nil for the system's.
    /// - Throws: ``Failure`` of status 78 when a variable names nothing that can be trusted.
    static func given(_ environment: [String: String]) throws(Failure) -> [UInt8]? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        var certificates: String?
        if let file = value(variables[0]) {
            guard !isSpecial(file) else {
                throw Failure(
                    .configuration,
                    Message(
                        "\(variables[0]) : \(file) n’est pas un fichier ordinaire ; donnez un fichier de certificats en PEM.",
                        "\(variables[0]): \(file) is not a regular file; give a file of certificates in PEM."))
            }
            let read = certificatesInFile(file)
            guard !read.isEmpty else { throw nothing(variables[0], file) }
            certificates = read
        }
        if let folders = value(variables[1]) {
            // Other files may lie beside: keys, lists of revocations, a note.
            let read = folders.split(separator: ":").map { folder in
                ((try? FileManager.default.contentsOfDirectory(atPath: String(folder))) ?? []).sorted().map { name in
                    isSpecial("\(folder)/\(name)") ? "" : certificatesInFile("\(folder)/\(name)")
                }.joined()
            }.joined()
            guard !read.isEmpty else { throw nothing(variables[1], folders) }
            certificates = (certificates ?? "") + read
        }
        return certificates.map { Array($0.utf8) }
    }

    private static let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----")

    /// Those of a file in PEM, without what stands between them; empty where there are none.
    private static func certificatesInFile(_ path: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: bytes, as: UTF8.self).split(separator: begin, omittingEmptySubsequences: false).dropFirst().map {
            rest in
            guard let last = rest.firstRange(of: end)?.lowerBound else { return "" }
            let lines = rest[..<last].split(whereSeparator: \.isWhitespace)
            // A sequence of ASN.1, as every certificate is.
            guard Data(base64Encoded: lines.joined())?.first == 0x30 else { return "" }
            return ([Substring(begin)] + lines + [Substring(end)]).joined(separator: "\n") + "\n"
        }.joined()
    }

    /// Whether it is there and no regular file: reading a pipe would wait for ever, a device might never end.
    private static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    private static func nothing(_ name: String, _ place: String) -> Failure {
        Failure(
            .configuration,
            Message(
                "\(name) : aucun certificat en PEM ne se lit dans \(place).",
                "\(name): no certificate in PEM can be read from \(place)."))
    }
}
