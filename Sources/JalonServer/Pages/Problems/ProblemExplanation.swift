import ActionPlans

/// Why a problem happens and what to do about it, for the page its `type` leads to.
struct ProblemExplanation: Sendable {
    let cause: Message
    let mend: Message
}

extension ProblemKind {
    var explanation: ProblemExplanation {
        switch self {
        case .malformedRequest, .invalidParameter, .invalidCursor, .validationFailed: ofContent
        case .authenticationRequired, .invalidToken, .expiredToken, .forbidden, .outsideMinistry: ofAccess
        case .notFound, .methodNotAllowed, .notAcceptable, .unsupportedMediaType: ofAddress
        case .contentTooLarge, .headersTooLarge, .requestTimeout: ofSize
        case .conflict, .transitionRefused, .roadmapClosed, .revisionRequired, .preconditionFailed, .preconditionRequired: ofState
        case .idempotencyInProgress, .idempotencyAnswerSealed, .idempotencyKeyReused: ofIdempotency
        case .rateLimited, .internalError, .unavailable, .timeout: ofService
        }
    }

    private func explain(_ cause: Message, _ mend: Message) -> ProblemExplanation {
        ProblemExplanation(cause: cause, mend: mend)
    }

    private var ofContent: ProblemExplanation {
        switch self {
        case .malformedRequest:
            explain(
                Message(
                    "Le corps ne se lit pas : syntaxe JSON ou YAML, membre en double, caractère NUL, texte qui n’est pas "
                        + "de l’UTF-8, plus de 32 niveaux, ou en-tête mal formé.",
                    "The body cannot be read: JSON or YAML syntax, duplicate member, NUL character, text that is not "
                        + "UTF-8, more than 32 levels, or a malformed field."
                ),
                Message(
                    "Corrigez le texte à l’endroit indiqué par « line » et « column », ou par « pointer ».",
                    "Mend the text where “line” and “column”, or “pointer”, say."))
        case .invalidParameter:
            explain(
                Message(
                    "Un paramètre de l’adresse est inconnu, donné deux fois, mal échappé ou hors de ses valeurs.",
                    "A parameter of the address is unknown, given twice, badly escaped or outside its values."),
                Message(
                    "Chaque entrée de « errors » nomme le paramètre et, si possible, le nom le plus proche.",
                    "Each entry of “errors” names the parameter and, if possible, the closest name."))
        case .invalidCursor:
            explain(
                Message(
                    "Le curseur ne vient pas de cette liste, avec ces filtres et cet ordre. Pour le flux des changements : les droits du jeton "
                        + "ont changé, ou la base a été restaurée ou remplacée et n’a plus tout ce que ce curseur a donné.",
                    "The cursor does not come from this list with these filters and this order. For the feed of changes: the rights of the "
                        + "token have changed, or the database was restored or replaced and lacks some of what this cursor gave."),
                Message(
                    "Suivez « links.next » tel quel, ou repartez sans « cursor ». Pour le flux des changements, videz d’abord votre copie : "
                        + "elle tient peut-être ce que la base n’a plus. Repartez ensuite sans « after ».",
                    "Follow “links.next” as it is, or start again without “cursor”. For the feed of changes, empty your copy first: it may "
                        + "hold what the database has no more. Then start again without “after”."))
        default:
            explain(
                Message(
                    "Le document se lit, mais son contenu enfreint une règle : membre inconnu ou réservé au service, "
                        + "valeur hors vocabulaire, date qui n’existe pas, règle entre membres.",
                    "The document can be read, but its content breaks a rule: a member that is unknown or set by the "
                        + "service, a value outside its vocabulary, a date that does not exist, a rule between members."
                ),
                Message(
                    "« errors » donne toutes les erreurs à la fois, chacune avec son « pointer » et son « code ». Rien "
                        + "n’a été enregistré.",
                    "“errors” gives all the faults at once, each with its “pointer” and “code”. Nothing was stored."))
        }
    }

    private var ofAccess: ProblemExplanation {
        switch self {
        case .authenticationRequired:
            explain(
                Message("Cette opération demande un jeton.", "This operation needs a token."),
                Message(
                    "Envoyez l’en-tête Authorization: Bearer suivi du jeton remis par l’administration du service.",
                    "Send the field Authorization: Bearer followed by the token you were given by the service’s "
                        + "administrators."))
        case .invalidToken:
            explain(
                Message("Le jeton est inconnu, tronqué ou révoqué.", "The token is unknown, cut short or revoked."),
                Message(
                    "Vérifiez qu’il est entier ; sinon demandez-en un autre.",
                    "Check that it is whole; otherwise ask for another."))
        case .expiredToken:
            explain(
                Message(
                    "Un jeton vaut un an au plus ; celui-ci a expiré.",
                    "A token is good for at most a year; this one has expired."),
                Message(
                    "Demandez-en un nouveau à l’administration du service.", "Ask the service’s administrators for a new one."))
        case .outsideMinistry:
            explain(
                Message(
                    "Un référent n’écrit que pour les ministères de son jeton.",
                    "A référent writes only for the ministries of its token."),
                Message("GET /v1/me dit lesquels.", "GET /v1/me says which."))
        default:
            explain(
                Message("Le rôle du jeton ne permet pas cette opération.", "The token’s role may not do this."),
                Message(
                    "GET /v1/me dit ce que le jeton permet ; /docs dit ce que demande chaque opération.",
                    "GET /v1/me says what the token allows; /docs what each operation needs."))
        }
    }

    private var ofAddress: ProblemExplanation {
        switch self {
        case .notFound:
            explain(
                Message(
                    "Rien à cette adresse, ou rien que vous puissiez voir : les brouillons et les actions "
                        + "confidentielles d’un autre ministère n’existent pas pour vous.",
                    "There is nothing at this address, or nothing you may see: another ministry’s drafts and "
                        + "confidential actions do not exist for you."
                ),
                Message("Vérifiez l’identifiant ; les majuscules comptent.", "Check the identifier; capitals matter."))
        case .methodNotAllowed:
            explain(
                Message("L’adresse existe, mais pas pour cette méthode.", "The address exists, but not for this method."),
                Message("L’en-tête Allow donne les méthodes admises.", "The field Allow gives the methods there are."))
        case .notAcceptable:
            explain(
                Message(
                    "Aucun des formats demandés par Accept n’est proposé ici.",
                    "None of the formats in Accept is "
                        + "offered here."),
                Message("« detail » donne les formats proposés.", "“detail” gives the formats there are."))
        default:
            explain(
                Message("Le Content-Type manque ou n’est pas lu ici.", "The Content-Type is missing or not read here."),
                Message(
                    "« detail » et l’en-tête Accept-Post, Accept-Patch ou Accept donnent les types lus, en UTF-8.",
                    "“detail” and the field Accept-Post, Accept-Patch or Accept give the types that are read, in UTF-8."))
        }
    }

    private var ofSize: ProblemExplanation {
        switch self {
        case .headersTooLarge:
            explain(
                Message(
                    "L’en-tête de la requête compte trop de champs (100), est trop long (32 Kio en tout) ou "
                        + "l’adresse dépasse 8 Kio.",
                    "The header of the request has too many fields (100), is too long (32 KiB in all) or "
                        + "the address exceeds 8 KiB."),
                Message(
                    "Retirez les champs inutiles, ou partagez un filtre trop long. La connexion est fermée.",
                    "Leave out the fields that are not needed, or split a filter that is too long. The connection is closed."))
        case .requestTimeout:
            explain(
                Message(
                    "L’en-tête n’est pas arrivé en 10 secondes, ou le corps en 30 secondes (60 pour un plan) et au moins "
                        + "1 ko par seconde.",
                    "The header did not arrive in 10 seconds, or the body in 30 seconds (60 for a plan) and at least "
                        + "1 kB per second."),
                Message(
                    "Rien n’a été fait : renvoyez la requête sur une nouvelle connexion.",
                    "Nothing was done: send the request again on a new connection."))
        default:
            explain(
                Message(
                    "Le corps dépasse la taille admise : 1 Mio, 20 Mio pour un plan.",
                    "The body exceeds the size allowed: 1 MiB, 20 MiB for a plan."),
                Message("Partagez l’envoi.", "Split what you send."))
        }
    }

    private var ofState: ProblemExplanation {
        switch self {
        case .conflict:
            explain(
                Message(
                    "La demande contredit ce qui est enregistré ; « key » nomme ce qui est en cause.",
                    "The request contradicts what is stored; “key” names what is at stake."),
                Message("Lisez la ressource nommée, puis décidez.", "Read the resource named, then decide."))
        case .transitionRefused:
            explain(
                Message("Ce changement d’état n’existe pas.", "There is no such move from one state to another."),
                Message(
                    "« allowed » donne les états possibles depuis celui de la date d’effet.",
                    "“allowed” gives the states that can be reached from the one it was in on the effective date."))
        case .roadmapClosed:
            explain(
                Message(
                    "Une feuille de route close ne se modifie plus, ni ses actions.",
                    "A closed roadmap can no longer be changed, nor can its actions."),
                Message("Ouvrez une feuille de route pour la période suivante.", "Open a roadmap for the next period."))
        case .revisionRequired:
            explain(
                Message(
                    "Le titre, la thématique, le niveau cible et le choix d’action-clé d’une action, une nouvelle action et un retrait sont ce à "
                        + "quoi engage une feuille de route validée : un référent les change par une révision, que la coordination valide.",
                    "The title, the theme, the target level and the choice as a key action of an action, a new action and a removal are what "
                        + "a validated roadmap commits to: a référent changes them by a revision, which the coordinators validate."
                ),
                Message(
                    "Ouvrez une révision à l’adresse donnée, et envoyez-y ce qui change ; le suivi (état d’avancement, dates, niveau atteint…) "
                        + "reste libre.",
                    "Open a revision at the address given, and send what changes there; follow-up (status, dates, reached level…) stays free."
                )
            )
        case .preconditionFailed:
            explain(
                Message(
                    "La ressource a changé depuis que vous l’avez lue : votre modification aurait effacé celle d’un autre. Ou bien l’ETag "
                        + "est celui d’une autre ressource (une feuille de route et son plan ont chacun le leur), ou un ETag faible (W/…), "
                        + "que If-Match ne reconnaît jamais.",
                    "The resource has changed since you read it: your change would have overwritten someone else’s. Or the tag is that of "
                        + "another resource (a roadmap and its plan have one each), or a weak one (W/…), which If-Match never matches."
                ),
                Message(
                    "Relisez-la, reportez votre modification, et renvoyez-la avec le nouvel ETag, tel que l’API l’a donné.",
                    "Read it again, make your change anew, and send it with the new ETag, as the API gave it."))
        default:
            explain(
                Message(
                    "Une modification dit à partir de quel état elle est faite.",
                    "A change says from which state it is made."),
                Message(
                    "Envoyez If-Match avec l’ETag lu par GET, ou « * » pour écraser sans comparer.",
                    "Send If-Match with the ETag that GET answered, or “*” to overwrite without comparing."))
        }
    }

    private var ofIdempotency: ProblemExplanation {
        switch self {
        case .idempotencyInProgress:
            explain(
                Message(
                    "Une première requête portant cette clé d’idempotence n’est pas encore terminée.",
                    "A first request with this idempotency key has not ended yet."),
                Message(
                    "Renvoyez la même requête, avec la même clé, après le délai de Retry-After : vous aurez la réponse de la "
                        + "première, ou la requête sera faite si la première a échoué.",
                    "Send the same request with the same key after the time in Retry-After: you will get the answer of the "
                        + "first, or the request will be done if the first one failed."))
        case .idempotencyAnswerSealed:
            explain(
                Message(
                    "La requête de cette clé est faite. Sa réponse est scellée avec le jeton qui l’a envoyée : ce jeton, ou celui qui "
                        + "l’a renouvelé, peut seul la relire.",
                    "The request with this key is done. Its answer is sealed with the token that sent it: only that token, or the "
                        + "one that it was renewed into, can read it again."),
                Message(
                    "Renvoyez la requête avec l’un de ces jetons. Si vous n’en avez plus aucun, relisez ce qui est enregistré avant "
                        + "d’employer une autre clé : elle ferait la requête une seconde fois.",
                    "Send the request with one of these tokens. If you have neither, read what is stored before you take another "
                        + "key: it would do the request a second time."))
        default:
            explain(
                Message(
                    "Une clé d’idempotence désigne une seule requête pendant 7 jours. Celle-ci a déjà été acceptée avec une "
                        + "autre méthode, une autre adresse, un autre type ou un autre corps.",
                    "An idempotency key names one request for 7 days. This one has already been accepted with another "
                        + "method, address, type or body."),
                Message(
                    "Pour refaire la même requête, renvoyez-la à l’octet près ; pour une autre, tirez une autre clé, par "
                        + "exemple un UUID.",
                    "To repeat the same request, send it again byte for byte; for another, draw another key, such as a UUID."))
        }
    }

    private var ofService: ProblemExplanation {
        switch self {
        case .rateLimited:
            explain(
                Message(
                    "Ce jeton, ou cette adresse sans jeton valable, a envoyé plus de requêtes par minute qu’il n’est admis.",
                    "This token, or this address without a good token, has sent more requests a minute than are allowed."),
                Message(
                    "Attendez le délai de Retry-After. RateLimit dit ce qui reste, GET /v1/me aussi ; une page de 200 "
                        + "lignes coûte une requête, comme If-None-Match.",
                    "Wait for the time in Retry-After. RateLimit tells what is left, and so does GET /v1/me; a page of 200 "
                        + "items costs one request, as If-None-Match does."))
        case .unavailable:
            explain(
                Message(
                    "La base de données ou le service n’est pas joignable pour l’instant ; ou ce serveur lit une base secondaire, où "
                        + "rien ne s’écrit et qui ne répond pas aux questions avec `known_at`.",
                    "The database or the service cannot be reached for now; or this server reads a standby, where nothing can be "
                        + "written and questions with `known_at` have no answer."),
                Message(
                    "Réessayez après le délai de Retry-After. Après une écriture, relisez d’abord la ressource, sauf si la "
                        + "requête porte une Idempotency-Key : renvoyez-la telle quelle.",
                    "Try again after the time in Retry-After. After a write, read the resource first, unless the request "
                        + "bears an Idempotency-Key: send it again as it is."))
        case .timeout:
            explain(
                Message("La base n’a pas répondu dans le délai.", "The database did not answer in time."),
                Message("Restreignez la demande par des filtres, ou réessayez.", "Narrow the request with filters, or try again.")
            )
        default:
            explain(
                Message(
                    "Une erreur que le service n’attendait pas ; elle est consignée.",
                    "An error the service did not expect; it is logged."),
                Message("Signalez-la avec la valeur de « instance ».", "Report it with the value of “instance”."))
        }
    }
}
