import ActionPlans
import Foundation
import NIOSSL

/// The authorities whose certificates are trusted: those of `SSL_CERT_FILE` and `SSL_CERT_DIR`, and where neither is set,
/// the system's.
enum TrustedCertificates {
    static let variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"]

    /// - Throws: ``Failure`` of status 78 when a variable names nothing that can be trusted.
    static func context(_ environment: [String: String]) throws(Failure) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let given = try given(environment) { configuration.trustRoots = .certificates(given) }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure(
                .configuration,
                Message("Les certificats de confiance ne se lisent pas.", "The trusted certificates cannot be read."),
                details: [String(describing: error)])
        }
    }

    private static func given(_ environment: [String: String]) throws(Failure) -> [NIOSSLCertificate]? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        var certificates: [NIOSSLCertificate]?
        if let file = value(variables[0]) {
            guard !isSpecial(file) else {
                throw Failure(
                    .configuration,
                    Message(
                        "\(variables[0]) : \(file) n’est pas un fichier ordinaire ; donnez un fichier de certificats en PEM.",
                        "\(variables[0]): \(file) is not a regular file; give a file of certificates in PEM."))
            }
            guard let read = try? NIOSSLCertificate.fromPEMFile(file), !read.isEmpty else { throw nothing(variables[0], file) }
            certificates = read
        }
        if let folders = value(variables[1]) {
            // Other files may lie beside: keys, lists of revocations, a note.
            let read = folders.split(separator: ":").flatMap { folder in
                ((try? FileManager.default.contentsOfDirectory(atPath: String(folder))) ?? []).sorted().flatMap { name in
                    isSpecial("\(folder)/\(name)") ? [] : (try? NIOSSLCertificate.fromPEMFile("\(folder)/\(name)")) ?? []
                }
            }
            guard !read.isEmpty else { throw nothing(variables[1], folders) }
            certificates = (certificates ?? []) + read
        }
        return certificates
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
