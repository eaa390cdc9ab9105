/// What an operation demands of its caller. Every operation declares one; what is not granted here is refused.
package enum Permission: String, Sendable, CaseIterable {
    /// Anybody, without a token.
    case `public`
    /// Anybody where the operator publishes the figures, otherwise any token.
    case figures
    /// Any valid token; what the caller may see is decided resource by resource.
    case read
    /// Référents for their own ministries, and coordinators.
    case writeRoadmap = "write-roadmap"
    /// Coordinators.
    case coordinate
    /// Administrators.
    case administer

    /// The roles that hold this permission; nil where no token is needed at all.
    package func roles(publicFigures: Bool) -> Set<Role>? {
        switch self {
        case .public: nil
        case .figures: publicFigures ? nil : Set(Role.allCases)
        case .read: Set(Role.allCases)
        case .writeRoadmap: [.referent, .coordinator]
        case .coordinate: [.coordinator]
        case .administer: [.admin]
        }
    }
}
