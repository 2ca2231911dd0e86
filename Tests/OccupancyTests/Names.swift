import HubMessages

/// Names for tests; an illegal one ends the test run at once.
func name<Named>(_ text: String) -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else { preconditionFailure("'\(text)' is illegal") }
    return identifier
}
