import ActionPlans
import JalonServer

/// What is wrong with a database, in the user's words, and what to do.
extension DatabasePlace.Fault {
    var message: Message {
        switch self {
        case .oldServer(let version):
            Message(
                "Ce serveur est un PostgreSQL \(version) ; il faut la version \(DatabasePlace.oldestServer) ou une plus récente.",
                "This server is PostgreSQL \(version); version \(DatabasePlace.oldestServer) or later is needed.")
        case .encoding(let name):
            Message(
                "Cette base est encodée en \(name) ; il faut \(DatabasePlace.encoding).",
                "This database is encoded in \(name); \(DatabasePlace.encoding) is needed.")
        case .noSchema(let path):
            Message(
                "Aucun des schémas du search_path (\(path)) n’existe : les tables n’auraient pas de place.",
                "None of the schemas of the search_path (\(path)) exists: the tables would have no place.")
        case .mayNotCreate(let schema, let role):
            Message(
                "L’utilisateur \(role) n’a pas le droit de créer des tables dans le schéma \(schema).",
                "The user \(role) may not create tables in the schema \(schema).")
        case .noExtension(let name, let reason):
            Message(
                "L’extension \(name) manque et n’a pas pu être créée (\(reason)).",
                "The extension \(name) is missing and could not be created (\(reason)).")
        case .unusableExtension(let name, let schema, let role):
            Message(
                "L’extension \(name) est dans le schéma \(schema), que l’utilisateur \(role) n’a pas le droit d’utiliser.",
                "The extension \(name) stands in the schema \(schema), which the user \(role) may not use.")
        }
    }

    var remedy: Message {
        switch self {
        case .oldServer:
            Message(
                "Passez à PostgreSQL \(DatabasePlace.oldestServer) ou plus récent.",
                "Move to PostgreSQL \(DatabasePlace.oldestServer) or later.")
        case .encoding:
            Message(
                "L’encodage d’une base ne change pas, créez-en une autre : createdb --encoding UTF8 --template template0 --owner jalon jalon",
                "An encoding cannot be changed, create another one: createdb --encoding UTF8 --template template0 --owner jalon jalon"
            )
        case .noSchema:
            Message(
                "Dans la base : create schema jalon; puis alter role … set search_path = jalon;",
                "In the database: create schema jalon; then alter role … set search_path = jalon;")
        case .mayNotCreate(let schema, let role):
            Message(
                "Le propriétaire du schéma le donne : grant create on schema \(Self.quoted(schema)) to \(Self.quoted(role));",
                "The owner of the schema gives it: grant create on schema \(Self.quoted(schema)) to \(Self.quoted(role));")
        case .noExtension(let name, _):
            Message(
                "Le propriétaire de la base, ou un superutilisateur : create extension \(name); elle vient avec le paquet "
                    + "postgresql-contrib, ou s’autorise dans la console d’un PostgreSQL géré. Tout schéma convient.",
                "The owner of the database, or a superuser: create extension \(name); it comes with the package "
                    + "postgresql-contrib, or is allowed in the console of a managed PostgreSQL. Any schema will do.")
        case .unusableExtension(_, let schema, let role):
            Message(
                "Le propriétaire du schéma le donne : grant usage on schema \(Self.quoted(schema)) to \(Self.quoted(role));",
                "The owner of the schema gives it: grant usage on schema \(Self.quoted(schema)) to \(Self.quoted(role));")
        }
    }

    /// As SQL writes a name.
    private static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
