import ActionPlans
import Postgres

/// Makes a token: the one way for the API and the command.
package enum TokenIssue {
    package typealias Issued = (record: TokenRecord, secret: TokenSecret)

    /// How many good tokens a principal may have at once.
    static let most = 10

    /// - Returns: the token as it is listed, and its secret, which is not kept.
    /// - Throws: ``Refusal/invalid(_:)`` with every fault, ``Refusal/conflict(key:_:)`` for a token too many.
    package static func issue(_ session: borrowing Session, _ wanted: NewToken, noted: [Fault] = []) throws -> Issued {
        let faults =
            NewToken.faults(ofLastDay: wanted.expiresOn, today: try ParisDay.today(session))
            + (try Self.faults(session, of: wanted.holder, noted: noted))
        try Refusal.adding(to: noted) { () throws(Refusal) in
            guard faults.isEmpty else { throw .invalid(faults) }
        }
        let principal: String
        switch wanted.holder {
        case .new(let new): principal = try PrincipalQueries.insert(session, new)
        case .known(let id): principal = id
        }
        return try insert(session, for: principal, until: wanted.expiresOn)
    }

    /// A principal that is there is locked, so that its tokens are counted once.
    private static func faults(
        _ session: borrowing Session, of holder: NewToken.Holder, noted: [Fault]
    ) throws -> [Fault] {
        switch holder {
        case .new(let new):
            return try new.faults
                + MinistryQueries.unknown(session, among: new.ministries, inList: "ministries", noted: noted)
        case .known(let id):
            guard try !PrincipalQueries.lock(session, id: id) else { return [] }
            return [
                Fault(
                    "principal", .unknownReference,
                    Message(
                        "Aucun titulaire n’a cet identifiant : la liste des jetons les montre (jalon token list, ou GET /v1/tokens).",
                        "No principal has this id: the list of tokens shows them (jalon token list, or GET /v1/tokens)."))
            ]
        }
    }

    /// Gives the holder of a token another one. The first stays good for a day at most, and whoever holds either may renew it.
    /// - Throws: ``ProblemKind/invalidToken`` if the token has been revoked or has expired meanwhile, and as `issue`.
    package static func renew(
        _ session: borrowing Session, _ token: TokenSecret, until expiresOn: CivilDate?, noted: [Fault] = []
    ) throws -> Issued {
        let faults = NewToken.faults(ofLastDay: expiresOn, today: try ParisDay.today(session))
        try Refusal.adding(to: noted) { () throws(Refusal) in
            guard faults.isEmpty else { throw .invalid(faults) }
        }
        // Once its holder is locked, what is read of the token is what stands.
        guard let principal = try PrincipalQueries.lockHolder(session, ofToken: token.id),
            try TokenQueries.letEnd(session, id: token.id)
        else { throw TokenDirectory.invalid() }
        return try insert(session, for: principal, until: expiresOn, renewing: token)
    }

    private static func insert(
        _ session: borrowing Session, for principal: String, until expiresOn: CivilDate?, renewing former: TokenSecret? = nil
    ) throws -> Issued {
        guard try TokenQueries.countGood(session, of: principal) < most else {
            throw Refusal.conflict(
                key: principal,
                Fault(
                    "", .tooMany,
                    Message(
                        "Ce titulaire a déjà \(most) jetons valables : révoquez-en un (jalon token revoke, DELETE /v1/me/tokens/… ou "
                            + "/v1/tokens/…), puis recommencez.",
                        "This principal already has \(most) good tokens: revoke one (jalon token revoke, DELETE /v1/me/tokens/… or "
                            + "/v1/tokens/…), then try again."
                    )))
        }
        let secret = TokenSecret.generate()
        let record = try TokenQueries.insert(
            session, secret, for: principal, until: expiresOn,
            renewedFrom: try former.map { (id: $0.id, sealed: try PredecessorSeal.close($0, with: secret)) })
        return (record, secret)
    }
}
