import Foundation

extension String {
    /// Normalised (NFC): two spellings of one accented letter are one text.
    package var composed: String {
        utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCanonicalMapping
    }
}
