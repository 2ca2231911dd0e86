internal import HubMessages

/// What everybody may see of the hub's use, published in open formats besides.
public struct ExportSettings: Hashable, Sendable {
    /// The formats, at least one.
    public var formats: Set<OpenFormat>
    /// Degrees east and north (WGS 84).
    public var longitude, latitude: Double
    /// Street and number.
    public var street: String
    /// The postal code.
    public var postalCode: String
    /// The town.
    public var locality: String
}

/// A format that smart-city platforms read.
public enum OpenFormat: String, Hashable, Sendable, CaseIterable {
    /// Entities of NGSI-LD (ETSI GS CIM 009) by the Smart Data Models.
    case ngsiLD = "ngsi-ld"
    /// Observations for the OGC SensorThings API.
    case sensorThings = "sensorthings"
}

extension HubConfiguration {
    static func parseExport(
        _ reader: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> ExportSettings? {
        guard var table = reader.table("export", name: "[export]", &mistakes) else { return nil }
        defer { table.finish(&mistakes) }
        if reader.node("mqtt") == nil {
            mistakes.append(
                ConfigurationMistake(
                    at: table.position, "[export] publishes through the broker, and there is none",
                    hint: "add [mqtt], or leave [export] out; 'hubctl export' needs neither"))
        }
        let formats = parseFormats(&table, &mistakes)
        let longitude = table.requiredNumber("longitude", in: -180...180, &mistakes)
        let latitude = table.requiredNumber("latitude", in: -90...90, &mistakes)
        let street = table.string("street", "street and number", &mistakes)
        let postalCode = table.string("postal_code", "the postal code", &mistakes)
        let locality = table.string("locality", "the town", &mistakes)
        guard let longitude, let latitude, let street, let postalCode, let locality else { return nil }
        return ExportSettings(
            formats: formats, longitude: longitude, latitude: latitude, street: street, postalCode: postalCode,
            locality: locality)
    }

    private static func parseFormats(
        _ table: inout TableReader, _ mistakes: inout [ConfigurationMistake]
    ) -> Set<OpenFormat> {
        let names = OpenFormat.allCases.map(\.rawValue)
        var formats: Set<OpenFormat> = []
        for (text, position) in table.strings("formats", &mistakes) {
            if let format = OpenFormat(rawValue: text) {
                formats.insert(format)
            } else {
                mistakes.append(
                    ConfigurationMistake(
                        at: position,
                        "'formats' holds \"\(text)\"; expected "
                            + names.map { "\"\($0)\"" }.joined(separator: " or "),
                        hint: NearMiss.hint(text, among: names)))
            }
        }
        return formats
    }
}
