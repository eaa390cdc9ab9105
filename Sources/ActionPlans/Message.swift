/// A sentence a person reads, in the two languages of the service.
package struct Message: Hashable, Sendable {
    package let french: String
    package let english: String

    package init(_ french: String, _ english: String) {
        self.french = french
        self.english = english
    }

    package subscript(_ language: Language) -> String {
        language == .french ? french : english
    }
}

package enum Language: String, Sendable, CaseIterable {
    case french = "fr"
    case english = "en"
}
