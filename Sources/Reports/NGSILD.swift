internal import HubMessages

/// Entities of NGSI-LD (ETSI GS CIM 009 V1.8.1, normalized form) by the public Smart Data Models: Building,
/// IndoorEnvironmentObserved, CrowdFlowObserved.
///
/// What the models lack or misname is told by unit codes (UN/CEFACT recommendation 20), which the values carry:
/// `relativeHumidity` is per cent (P1), `co2` milligrams per litre (M1), as the model has it: 1 ppm is 0.00182953 mg/l at
/// 20 °C and 1013.25 hPa. `temperature` has a minimum of 0 in the model: a colder room has none. `occupier` of a Building,
/// "person or entity using the building", is never filled.
public enum NGSILD {
    private static let context: OpenValue = .array([
        .string("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"),
        .string("https://raw.githubusercontent.com/smart-data-models/data-models/master/context.jsonld"),
    ])

    /// The entities of the hub and of what was observed in it.
    public static func entities(
        _ place: HubPlace, spaces: [ReportedSpace], observations: [Observation]
    ) -> [OpenValue] {
        [building(place, spaces)]
            + observations.flatMap { observation in
                [environment(place, observation), crowd(place, observation)].compactMap(\.self)
            }
    }

    private static func building(_ place: HubPlace, _ spaces: [ReportedSpace]) -> OpenValue {
        var fields = base("Building", "\(place.hub)", place)
        fields["name"] = property(.string(place.name))
        fields["category"] = property(.array([.string("public")]))
        fields["address"] = property(
            .object([
                "addressCountry": .string("DE"), "addressLocality": .string(place.locality),
                "postalCode": .string(place.postalCode), "streetAddress": .string(place.street),
            ]))
        let capacities = spaces.compactMap(\.capacity)
        if !capacities.isEmpty, capacities.count == spaces.count {
            fields["peopleCapacity"] = property(.integer(capacities.reduce(0, +)))
        }
        return .object(fields)
    }

    /// `nil` where nothing of the air is told.
    private static func environment(_ place: HubPlace, _ observation: Observation) -> OpenValue? {
        guard let climate = observation.climate else { return nil }
        var fields = observed("IndoorEnvironmentObserved", place, observation)
        if let temperature = climate.temperature?.mean, temperature >= 0 {
            fields["temperature"] = property(.number(temperature), unit: "CEL")
        }
        if let humidity = climate.humidity?.mean {
            fields["relativeHumidity"] = property(.number(humidity), unit: "P1")
        }
        if let co2 = climate.co2?.mean {
            fields["co2"] = property(.number((co2 * 18.2953).rounded() / 10_000), unit: "M1")
        }
        if let people = observation.people { fields["peopleCount"] = property(.integer(people)) }
        return .object(fields)
    }

    /// `nil` where nothing of people is told.
    private static func crowd(_ place: HubPlace, _ observation: Observation) -> OpenValue? {
        guard observation.entries != nil || observation.usedShare != nil else { return nil }
        var fields = observed("CrowdFlowObserved", place, observation)
        fields["dateObservedFrom"] = property(.string(observation.from.rfc3339))
        fields["dateObservedTo"] = property(.string(observation.to.rfc3339))
        if let entries = observation.entries { fields["peopleCount"] = property(.integer(entries)) }
        if let usedShare = observation.usedShare {
            fields["occupancy"] = property(.number((usedShare * 1_000).rounded() / 1_000))
        }
        return .object(fields)
    }

    private static func observed(
        _ type: String, _ place: HubPlace, _ observation: Observation
    ) -> [String: OpenValue] {
        let seconds = observation.from.milliseconds / 1_000
        var fields = base(type, "\(place.hub):\(observation.space):\(seconds)", place)
        fields["dateObserved"] = property(.string("\(observation.from.rfc3339)/\(observation.to.rfc3339)"))
        fields["name"] = property(.string(observation.space.rawValue))
        fields["refPointOfInterest"] = .object([
            "type": .string("Relationship"), "object": .string("urn:ngsi-ld:Building:\(place.hub)"),
        ])
        return fields
    }

    private static func base(_ type: String, _ id: String, _ place: HubPlace) -> [String: OpenValue] {
        [
            "@context": context, "id": .string("urn:ngsi-ld:\(type):\(id)"), "type": .string(type),
            "location": .object([
                "type": .string("GeoProperty"),
                "value": .object([
                    "type": .string("Point"),
                    "coordinates": .array([.number(place.longitude), .number(place.latitude)]),
                ]),
            ]),
        ]
    }

    private static func property(_ value: OpenValue, unit: String? = nil) -> OpenValue {
        var fields: [String: OpenValue] = ["type": .string("Property"), "value": value]
        if let unit { fields["unitCode"] = .string(unit) }
        return .object(fields)
    }
}
