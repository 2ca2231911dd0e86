internal import HubConfiguration
internal import HubMessages
internal import MessageCoding
internal import Reports

/// What is published in open formats of a batch of events: what everybody may see, and nothing else. Each message is complete
/// in itself, as `hubctl export` prints it: the hub's place stands in it too.
struct OpenFormatMessages {
    private let settings: ExportSettings
    private let place: HubPlace
    private let spaces: [ReportedSpace]

    /// `nil` where the configuration wants none.
    init?(_ configuration: HubConfiguration) {
        guard let settings = configuration.export else { return nil }
        self.settings = settings
        place = HubPlace(
            hub: configuration.hub, name: configuration.name, longitude: settings.longitude,
            latitude: settings.latitude, street: settings.street, postalCode: settings.postalCode,
            locality: settings.locality)
        spaces = configuration.spaces.map { ReportedSpace(space: $0.id, name: $0.name, capacity: $0.capacity) }
    }

    /// The topics below the root, with what goes there. Nothing where there is nothing to tell.
    func messages(of observations: [Observation], _ coding: MessageCoding) -> [(topic: String, payload: [UInt8])] {
        guard !observations.isEmpty else { return [] }
        return OpenFormat.allCases.filter(settings.formats.contains).map { format in
            switch format {
            case .ngsiLD:
                let entities = NGSILD.entities(place, spaces: spaces, observations: observations)
                return ("ngsi-ld/entities", coding.encode(entities))
            case .sensorThings:
                let document = SensorThings.document(place, spaces: spaces, observations: observations)
                return ("sensorthings/observations", coding.encode(document))
            }
        }
    }
}
