import ActionPlans
import Documents

/// What a write says of a number with its interval: of its bounds, those that are given.
struct BoundedNumberPatch: Sendable, Equatable {
    var low: Assignment<ExactDecimal>
    var central: Assignment<ExactDecimal>
    var high: Assignment<ExactDecimal>

    /// - Returns: nil where no central value can be read, which is noted.
    func applied(over former: BoundedNumber?) -> BoundedNumber? {
        guard let central = central.given ?? former?.central else { return nil }
        return BoundedNumber(low: low.resolved(over: former?.low), central: central, high: high.resolved(over: former?.high))
    }
}

/// What a write says of an impact.
struct ImpactPatch: Sendable {
    var factor: Assignment<ImpactCode>
    var factorVersion: Assignment<Int>
    var quantity: Assignment<BoundedNumberPatch>
    var period: Assignment<Period>
    var basis: Assignment<ImpactBasis>
    var overlapGroup: Assignment<ImpactCode>
    var source: Assignment<String>
    var comment: Assignment<String>

    /// - Parameter isNew: whether what an impact needs must be there; otherwise it must not be null.
    init(_ members: inout MemberReader, isNew: Bool) {
        factor = members.impactCode("factor")
        factorVersion = members.integer("factor_version", in: 1...Int(Int32.max))
        quantity = members.boundedNumber("quantity", isNew: isNew)
        period = members.period("period")
        basis = members.code("basis")
        overlapGroup = members.impactCode("overlap_group")
        source = members.text("source")
        comment = members.text("comment")
        for (name, isNull, isGiven) in [
            ("factor", factor == .null, factor.given != nil), ("quantity", quantity == .null, quantity.given != nil),
            ("period", period == .null, period.given != nil), ("basis", basis == .null, basis.given != nil),
        ] where isNull || isNew && !isGiven && !members.isGiven(name) {
            members.add(name, .required, .required(name))
        }
    }

    /// The version of the factor that is named: the last one of a factor that is named without one, nil where none is named anew.
    func namesVersion(over former: Impact?) -> (code: ImpactCode, version: Int?)? {
        let code = factor.given ?? former?.factor
        guard let code else { return nil }
        if let version = factorVersion.given { return (code, version) }
        return code == former?.factor ? nil : (code, nil)
    }

    /// - Parameter version: of the factor.
    /// - Returns: nil where a member that it needs is missing, which is noted.
    func applied(over former: Impact?, factor: ImpactCode, version: Int) -> Impact? {
        let quantity = quantity.given.map { $0.applied(over: former?.quantity) } ?? former?.quantity
        guard let quantity, let period = period.given ?? former?.period, let basis = basis.given ?? former?.basis else {
            return nil
        }
        return Impact(
            factor: factor, factorVersion: version, quantity: quantity, period: period, basis: basis,
            overlapGroup: overlapGroup.resolved(over: former?.overlapGroup), source: source.resolved(over: former?.source),
            comment: comment.resolved(over: former?.comment))
    }
}

extension MemberReader {
    /// - Parameter isNew: whether the central value must be there.
    mutating func boundedNumber(_ name: String, isNew: Bool) -> Assignment<BoundedNumberPatch> {
        object(name) { item in
            let patch = BoundedNumberPatch(
                low: item.decimal("low"), central: item.decimal("central"), high: item.decimal("high"))
            if patch.central == .null || isNew && patch.central.given == nil && !item.isGiven("central") {
                item.add("central", .required, .required("central"))
            }
            item.finish()
            return patch
        }
    }
}
