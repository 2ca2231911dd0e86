internal import HubMessages

/// The hub and what was observed in it for the OGC SensorThings API (OGC 18-088, version 1.1): one Thing with its Location
/// and Datastreams, as a deep insert takes it (section 10.2.1.2), and Observations that name their Datastream.
public enum SensorThings {
    /// What is observed.
    private enum Quantity: String, CaseIterable {
        case people, entries, use, temperature, humidity, co2, energy

        /// Name, unit, its symbol and definition (QUDT, UCUM), and whether it counts.
        var unit: (name: String, unit: String, symbol: String, definition: String, counts: Bool) {
            switch self {
            case .people: ("People at the same time", "one", "1", "http://qudt.org/vocab/unit/UNITLESS", true)
            case .entries: ("People who came in", "one", "1", "http://qudt.org/vocab/unit/UNITLESS", true)
            case .use: ("Share of the time in use", "per cent", "%", "http://qudt.org/vocab/unit/PERCENT", false)
            case .temperature:
                ("Air temperature", "degree Celsius", "°C", "http://qudt.org/vocab/unit/DEG_C", false)
            case .humidity: ("Relative humidity", "per cent", "%", "http://qudt.org/vocab/unit/PERCENT_RH", false)
            case .co2: ("Carbon dioxide", "parts per million", "ppm", "http://qudt.org/vocab/unit/PPM", false)
            case .energy: ("Electrical energy", "kilowatt-hour", "kWh", "http://qudt.org/vocab/unit/KiloW-HR", false)
            }
        }

        /// What is observed, by a public vocabulary (QUDT quantity kinds).
        var kind: String {
            let kind =
                switch self {
                case .people, .entries: "Count"
                case .use: "DimensionlessRatio"
                case .temperature: "Temperature"
                case .humidity: "RelativeHumidity"
                case .co2: "MoleFraction"
                case .energy: "Energy"
                }
            return "http://qudt.org/vocab/quantitykind/" + kind
        }

        func result(_ observation: Observation) -> OpenValue? {
            switch self {
            case .people: observation.people.map(OpenValue.integer)
            case .entries: observation.entries.map(OpenValue.integer)
            case .use: observation.usedShare.map { .number(($0 * 1_000).rounded() / 10) }
            case .temperature: observation.climate?.temperature.map { .number($0.mean) }
            case .humidity: observation.climate?.humidity.map { .number($0.mean) }
            case .co2: observation.climate?.co2.map { .number($0.mean) }
            case .energy: observation.energy.map(OpenValue.number)
            }
        }
    }

    private static let types = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"

    /// One object with `Thing` and `Observations`.
    public static func document(
        _ place: HubPlace, spaces: [ReportedSpace], observations: [Observation]
    ) -> OpenValue {
        var streams: [String: OpenValue] = [:]
        var results: [OpenValue] = []
        for observation in observations {
            for quantity in Quantity.allCases {
                guard let result = quantity.result(observation) else { continue }
                let id = "\(place.hub)/\(observation.space)/\(quantity.rawValue)"
                if streams[id] == nil {
                    let name = spaces.first { $0.space == observation.space }?.name ?? observation.space.rawValue
                    streams[id] = datastream(id, name, quantity)
                }
                results.append(
                    .object([
                        "phenomenonTime": .string("\(observation.from.rfc3339)/\(observation.to.rfc3339)"),
                        "resultTime": .string(observation.to.rfc3339), "result": result,
                        "Datastream": .object(["@iot.id": .string(id)]),
                    ]))
            }
        }
        return .object([
            "Thing": .object([
                "@iot.id": .string(place.hub.rawValue), "name": .string(place.name),
                "description": .string("RegioHub: a rural multi-purpose building"),
                "Locations": .array([location(place)]),
                "Datastreams": .array(streams.sorted { $0.key < $1.key }.map(\.value)),
            ]), "Observations": .array(results),
        ])
    }

    private static func location(_ place: HubPlace) -> OpenValue {
        .object([
            "name": .string(place.name),
            "description": .string("\(place.street), \(place.postalCode) \(place.locality)"),
            "encodingType": .string("application/geo+json"),
            "location": .object([
                "type": .string("Point"),
                "coordinates": .array([.number(place.longitude), .number(place.latitude)]),
            ]),
        ])
    }

    private static func datastream(_ id: String, _ space: String, _ quantity: Quantity) -> OpenValue {
        let unit = quantity.unit
        return .object([
            "@iot.id": .string(id), "name": .string("\(space): \(unit.name)"), "description": .string(unit.name),
            "observationType": .string(types + (unit.counts ? "OM_CountObservation" : "OM_Measurement")),
            "unitOfMeasurement": .object([
                "name": .string(unit.unit), "symbol": .string(unit.symbol), "definition": .string(unit.definition),
            ]),
            "ObservedProperty": .object([
                "@iot.id": .string(quantity.rawValue), "name": .string(unit.name),
                "definition": .string(quantity.kind), "description": .string(unit.name),
            ]),
            "Sensor": .object([
                "@iot.id": .string("regiohub"), "name": .string("RegioHub"),
                "description": .string("The hub's sensors together, per space"),
                "encodingType": .string("text/html"),
                "metadata": .string("docs/utilization.md of RegioHub"),
            ]),
        ])
    }
}
