import CLibpq

/// The fields of an error or a notice. libpq names them by character macros (`PG_DIAG_…`) that Swift cannot import.
enum ErrorField: Unicode.Scalar {
    /// ERROR, FATAL, WARNING…, never translated.
    case severity = "V"
    case sqlState = "C"
    case message = "M"
    case detail = "D"
    case hint = "H"
    case schema = "s"
    case table = "t"
    case column = "c"
    case constraint = "n"
    /// The function of the server's source that raised the error.
    case sourceFunction = "R"

    func text(of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(rawValue.value)).map { String(cString: $0) }
    }
}

extension DatabaseError {
    /// What the server, or libpq in its place, says in a result that is an error.
    init(result: OpaquePointer, isConnectionBroken: Bool) {
        let sqlState = ErrorField.sqlState.text(of: result)
        let message = ErrorField.message.text(of: result) ?? String(cString: PQresultErrorMessage(result))
        let endsSession = sqlState.map(SQLState.endsSession) ?? isConnectionBroken
        self.init(endsSession ? .connectionLost : .server, message, sqlState: sqlState)
        constraint = ErrorField.constraint.text(of: result)
        schema = ErrorField.schema.text(of: result)
        table = ErrorField.table.text(of: result)
        column = ErrorField.column.text(of: result)
        detail = ErrorField.detail.text(of: result)
        hint = ErrorField.hint.text(of: result)
    }

    /// The plan's result type has changed: only the server's source function tells it from other 0A000.
    func showsStalePlan(_ result: OpaquePointer) -> Bool {
        sqlState == SQLState.featureNotSupported && ErrorField.sourceFunction.text(of: result) == "RevalidateCachedQuery"
    }

    /// What is prepared on the connection is not what we prepared there: somebody else uses it too.
    var showsSharedConnection: Bool {
        sqlState == SQLState.unknownPreparedStatement || sqlState == SQLState.duplicatePreparedStatement
    }
}
