/// An impact as far as figures go.
package struct ImpactPart: Hashable, Sendable {
    package let id: ImpactID
    package let theme: Theme
    package let factor: FactorVersion
    package let methodFamily: ImpactCode
    package let basis: ImpactBasis
    package let overlapGroup: ImpactCode?
    /// The factor times the quantity, for each indicator of the factor.
    package let amounts: [ImpactIndicator: BoundedNumber]

    package struct FactorVersion: Hashable, Comparable, Sendable {
        package let code: ImpactCode
        package let version: Int

        package init(code: ImpactCode, version: Int) {
            self.code = code
            self.version = version
        }

        package static func < (left: FactorVersion, right: FactorVersion) -> Bool {
            (left.code, left.version) < (right.code, right.version)
        }
    }

    package init(
        id: ImpactID, theme: Theme, factor: FactorVersion, methodFamily: ImpactCode, basis: ImpactBasis,
        overlapGroup: ImpactCode?, amounts: [ImpactIndicator: BoundedNumber]
    ) {
        self.id = id
        self.theme = theme
        self.factor = factor
        self.methodFamily = methodFamily
        self.basis = basis
        self.overlapGroup = overlapGroup
        self.amounts = amounts
    }
}

/// What the impacts of a year avoid: family by family, and each group of impacts that overlap counted once.
package struct ImpactFigures: Sendable {
    package struct Group: Hashable, Sendable {
        package let code: ImpactCode
        package let counted: ImpactPart
        /// By action and number.
        package let leftOut: [ImpactPart]
    }

    package struct Family: Sendable {
        package let code: ImpactCode
        package private(set) var total = ImpactTotal()
        package private(set) var byTheme: [Theme: ImpactTotal] = [:]
        package private(set) var byMinistry: [MinistryCode: ImpactTotal] = [:]
        package private(set) var byFactor: [ImpactPart.FactorVersion: ImpactTotal] = [:]

        fileprivate init(_ code: ImpactCode, _ parts: [ImpactPart]) {
            self.code = code
            for part in parts {
                total.add(part)
                byTheme[part.theme, default: ImpactTotal()].add(part)
                byMinistry[part.id.action.roadmap.ministry, default: ImpactTotal()].add(part)
                byFactor[part.factor, default: ImpactTotal()].add(part)
            }
        }
    }

    /// By code.
    package let families: [Family]
    /// By code.
    package let groups: [Group]

    package init(_ parts: [ImpactPart]) {
        let grouped = Dictionary(grouping: parts.filter { $0.overlapGroup != nil }, by: \.overlapGroup)
        groups = grouped.compactMap { code, members in
            let ranked = members.sorted(by: Self.countsBefore)
            guard let code, let counted = ranked.first else { return nil }
            return Group(code: code, counted: counted, leftOut: ranked.dropFirst().sorted { $0.id < $1.id })
        }.sorted { $0.code < $1.code }
        let leftOut = Set(groups.flatMap { $0.leftOut.map(\.id) })
        let counted = parts.filter { !leftOut.contains($0.id) }
        families = Dictionary(grouping: counted, by: \.methodFamily).map { Family($0, $1) }.sorted { $0.code < $1.code }
    }

    /// The largest central amount of greenhouse gases, then the first by its id. A factor without that indicator comes last.
    private static func countsBefore(_ left: ImpactPart, _ right: ImpactPart) -> Bool {
        switch (left.amounts[.carbon]?.central, right.amounts[.carbon]?.central) {
        case (let one?, let other?) where one.isLess(than: other): false
        case (let one?, let other?) where other.isLess(than: one): true
        case (_?, nil): true
        case (nil, _?): false
        default: left.id < right.id
        }
    }

    package static let rule = Message(
        """
        Chaque impact vaut son facteur fois sa quantité : la borne basse fois la basse, la valeur centrale fois la centrale, la haute fois la haute. Les \
        impacts de l’année s’additionnent, par famille de méthode et jamais d’une famille à l’autre, l’estimé à part du mesuré, sans aucun arrondi. \
        Où un seul n’a pas d’intervalle, la somme n’en a pas. Ceux des actions abandonnées et des feuilles de route hors des chiffres publics ne comptent pas.
        """,
        """
        Each impact is its factor times its quantity: the low bound times the low one, the central value times the central one, the high times the \
        high. The impacts of the year are added up, family of methods by family and never across, what is estimated apart from what is measured, \
        and nothing is rounded. Where one has no interval, neither has the sum. Those of abandoned actions, and of roadmaps that are not in the public \
        figures, do not count.
        """)

    package static let overlapRule = Message(
        """
        D’un groupe d’impacts qui se recouvrent, un seul compte : celui dont la valeur centrale en kg éq. CO2 est la plus grande, puis le premier par son \
        identifiant. Une action confidentielle n’est pas nommée.
        """,
        """
        Of a group of impacts that overlap, one counts: the one of the largest central value in kg CO2 eq, then the first by its id. A confidential \
        action is not named.
        """)
}
