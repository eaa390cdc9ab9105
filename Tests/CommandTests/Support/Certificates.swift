import Foundation
import Testing

/// An authority of the test's own and what it signs, made with `openssl` in a folder.
struct Certificates {
    let folder: TemporaryFolder

    /// The authority's own certificate.
    var authority: String { folder.file("authority.pem") }

    private static let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

    init() async throws {
        folder = try TemporaryFolder()
        try await openssl(
            """
            openssl req -x509 \(Self.key) -keyout authority.key -out authority.pem -days 30 -subj /CN=Authority \
                -addext basicConstraints=critical,CA:TRUE
            touch index.txt
            printf '[ca]\\ndefault_ca=a\\n[a]\\ndatabase=index.txt\\nnew_certs_dir=.\\nrand_serial=yes\\ndefault_md=sha256\\n' >ca.conf
            printf 'policy=p\\ncopy_extensions=copy\\nunique_subject=no\\n[p]\\ncommonName=supplied\\n' >>ca.conf
            """)
    }

    /// - Parameters:
    ///   - name: the host that the certificate is for.
    ///   - last: its last day, as `YYMMDD`; in ten days by default.
    func identity(for name: String, until last: String? = nil) async throws -> TLSServer.Identity {
        let file = UUID().uuidString
        let names = name == "localhost" ? "DNS:localhost,IP:127.0.0.1" : "DNS:\(name)"
        let period = last.map { "-startdate 200101000000Z -enddate \($0)000000Z" } ?? "-days 10"
        try await openssl(
            """
            openssl req \(Self.key) -keyout \(file).key -out \(file).csr -subj /CN=\(name) -addext subjectAltName=\(names)
            openssl ca -batch -config ca.conf -cert authority.pem -keyfile authority.key -in \(file).csr -out \(file).pem -notext \(period)
            """)
        return TLSServer.Identity(certificate: folder.file("\(file).pem"), key: folder.file("\(file).key"))
    }

    private func openssl(_ script: String) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "{ set -e\n\(script)\n} >log 2>&1"]
        process.currentDirectoryURL = folder.url
        try await Binary.ended(process)
        let log = try folder.text("log")
        try #require(process.terminationStatus == 0, "\(log)")
    }
}
