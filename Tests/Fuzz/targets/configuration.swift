// modules: HubMessages Sensing HubConfiguration CTOML ConfigurationFile
import ConfigurationFile
import HubConfiguration

/// Arbitrary bytes as a configuration file: taken, or refused with at least one mistake in words.
func fuzz(_ input: inout FuzzInput) {
    do throws(ConfigurationFile.Failure) {
        _ = try ConfigurationFile.parse(input.rest(), path: "hub.toml")
    } catch {
        check(!error.lines.isEmpty && error.lines.allSatisfy { !$0.isEmpty }, "a refusal without words")
    }
}
