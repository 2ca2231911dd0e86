public import HubMessages

extension HubConfiguration {
    /// What is left out although it is no mistake.
    public var warnings: [SetupWarning] {
        mqtt != nil && signers.isEmpty ? [.noSigner] : []
    }
}
