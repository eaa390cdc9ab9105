/// Which Jalon this is.
package enum Version {
    package static let text = "0.1.0"
    /// When `security.txt` must be looked at again (RFC 9116).
    static let securityTextExpires = "2027-11-01T00:00:00Z"
}
