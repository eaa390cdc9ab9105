import ActionPlans
import FoundationEssentials
import OutgoingHTTP

/// Why a server's certificate was refused. The TLS library only says that it was; what the server shows tells the rest.
enum CertificateFault {
    /// - Parameters:
    ///   - chain: as the server shows it, its own certificate first.
    ///   - isOtherName: whether the certificate was found good, but for another host.
    static func message(
        _ chain: [ShownCertificate], of target: HTTPTarget, isOtherName: Bool, now: Date = Date()
    ) -> Message {
        let names = chain.first?.names.prefix(5) ?? []
        let list = names.isEmpty ? "?" : names.joined(separator: ", ")
        let moment = Int(now.timeIntervalSince1970)
        if isOtherName {
            return Message(
                "Le certificat n’est pas celui de \(target.host) : il vaut pour \(list). Vérifiez l’adresse.",
                "The certificate is not that of \(target.host): it is good for \(list). Check the address.")
        }
        if let expired = chain.lazy.compactMap(\.notAfter).first(where: { $0 < moment }) {
            let day = day(expired)
            return Message(
                "Le certificat de \(target.hostAndPort) (\(list)) a expiré le \(day). C’est à qui tient le serveur de le renouveler.",
                "The certificate of \(target.hostAndPort) (\(list)) expired on \(day). Whoever keeps the server has to renew it.")
        }
        if let early = chain.lazy.compactMap(\.notBefore).first(where: { $0 > moment }) {
            let day = day(early)
            return Message(
                "Le certificat de \(target.hostAndPort) (\(list)) ne vaut qu’à partir du \(day). L’horloge de cette machine est-elle juste ?",
                "The certificate of \(target.hostAndPort) (\(list)) is only good from \(day). Is this machine's clock right?")
        }
        return Message(
            """
            Le certificat de \(target.hostAndPort) (\(list)) n’est signé par aucune autorité de confiance. Si une autorité de votre \
            organisation l’a signé, donnez son certificat : SSL_CERT_FILE=/chemin/autorité.pem
            """,
            """
            The certificate of \(target.hostAndPort) (\(list)) is signed by no authority that is trusted. If an authority of your \
            organisation signed it, give its certificate: SSL_CERT_FILE=/path/authority.pem
            """)
    }

    /// In UTC.
    private static func day(_ instant: Int) -> String {
        String(Date(timeIntervalSince1970: TimeInterval(instant)).formatted(.iso8601).prefix(10))
    }
}
