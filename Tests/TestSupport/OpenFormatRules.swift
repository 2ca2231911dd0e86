internal import Foundation
internal import HubMessages

/// The rules of the public schemas for what goes to smart-city platforms, written from their sources:
///
/// - Smart Data Models, dataModel.Building, Building/schema.json ($schemaVersion 0.0.3): required id, type, category,
///   address; category out of a list; peopleCapacity at least 0; occupier is "person or entity using the building".
/// - dataModel.Environment, IndoorEnvironmentObserved/model.yaml (x-version 0.0.1): required id, type, dateObserved,
///   location; temperature, relativeHumidity, peopleCount at least 0; co2 in mg per litre.
/// - dataModel.Transportation, CrowdFlowObserved/schema.json ($schemaVersion 0.0.1): required id, type, dateObserved;
///   peopleCount a whole number at least 0, occupancy 0 to 1, dateObservedFrom and dateObservedTo date-times.
/// - the common id of NGSI entities: 1 to 256 characters, a URI.
/// - ETSI GS CIM 009, section 5.2: every attribute is a Property with a value, a GeoProperty, or a Relationship with an
///   object.
/// - OGC 18-088, section 8.2.8 and 8.2.4: an Observation has a result and its Datastream; a Datastream has a name, a
///   description, an observation type, a unit with name, symbol and definition.
public enum OpenFormatRules {
    /// What is wrong with an NGSI-LD entity, in its simple form.
    public static func wrong(entity: [String: Any]) -> [String] {
        var wrong: [String] = []
        var plain: [String: Any] = [:]
        for (key, value) in entity where !["id", "type", "@context"].contains(key) {
            guard let attribute = value as? [String: Any], let type = attribute["type"] as? String else {
                wrong.append("\(key) is no attribute")
                continue
            }
            plain[key] = type == "Relationship" ? attribute["object"] : attribute["value"]
            if plain[key] == nil { wrong.append("\(key) has neither value nor object") }
            if key == "location", type != "GeoProperty" { wrong.append("location is no GeoProperty") }
        }
        let id = entity["id"] as? String ?? ""
        if !(1...256).contains(id.count) || URL(string: id)?.scheme != "urn" { wrong.append("id \(id)") }
        func require(_ names: String...) {
            for name in names where plain[name] == nil { wrong.append("\(id) has no \(name)") }
        }
        func number(_ name: String, _ range: ClosedRange<Double>) {
            guard let value = plain[name] else { return }
            if !((value as? NSNumber).map { range.contains($0.doubleValue) } ?? false) {
                wrong.append("\(name) \(value)")
            }
        }
        let large = 0...Double.greatestFiniteMagnitude
        switch entity["type"] as? String {
        case "Building":
            require("category", "address")
            if plain["category"] as? [String] != ["public"] { wrong.append("category") }
            number("peopleCapacity", large)
            if plain["occupier"] != nil { wrong.append("occupier") }
        case "IndoorEnvironmentObserved":
            require("dateObserved", "location")
            for name in ["temperature", "relativeHumidity", "peopleCount"] { number(name, large) }
        case "CrowdFlowObserved":
            require("dateObserved")
            number("peopleCount", large)
            number("occupancy", 0...1)
            for name in ["dateObservedFrom", "dateObservedTo"] {
                if (plain[name] as? String).flatMap(WallTime.init(rfc3339:)) == nil { wrong.append(name) }
            }
        case let type: wrong.append("type \(type ?? "none")")
        }
        return wrong
    }

    /// What is wrong with a Thing and its Observations.
    public static func wrong(document: [String: Any]) -> [String] {
        guard let thing = document["Thing"] as? [String: Any],
            let streams = thing["Datastreams"] as? [[String: Any]]
        else { return ["no Thing with Datastreams"] + wrong(observations: document["Observations"], of: []) }
        var wrong: [String] = []
        for stream in streams {
            let id = stream["@iot.id"] as? String ?? ""
            if id.isEmpty { wrong.append("a datastream has no id") }
            if (stream["name"] as? String)?.isEmpty != false || !(stream["description"] is String) {
                wrong.append("\(id) has no name or description")
            }
            if (stream["observationType"] as? String)?.hasPrefix("http://www.opengis.net/def/") != true {
                wrong.append("\(id) has no observation type")
            }
            let unit = stream["unitOfMeasurement"] as? [String: String] ?? [:]
            if Set(unit.keys) != ["name", "symbol", "definition"] { wrong.append("\(id) has no unit") }
            if !(stream["ObservedProperty"] is [String: String] && stream["Sensor"] is [String: String]) {
                wrong.append("\(id) has no observed property or sensor")
            }
        }
        return wrong
            + Self.wrong(
                observations: document["Observations"], of: Set(streams.compactMap { $0["@iot.id"] as? String }))
    }

    private static func wrong(observations: Any?, of streams: Set<String>) -> [String] {
        guard let observations = observations as? [[String: Any]] else { return ["no Observations"] }
        return observations.flatMap { observation -> [String] in
            var wrong: [String] = []
            if !(observation["result"] is NSNumber) { wrong.append("an observation has no result") }
            let stream = (observation["Datastream"] as? [String: String])?["@iot.id"] ?? ""
            if !streams.contains(stream) { wrong.append("no datastream '\(stream)'") }
            let interval = (observation["phenomenonTime"] as? String ?? "").split(separator: "/")
            if interval.count != 2 || !interval.allSatisfy({ WallTime(rfc3339: String($0)) != nil }) {
                wrong.append("phenomenonTime of \(stream)")
            }
            if (observation["resultTime"] as? String).flatMap(WallTime.init(rfc3339:)) == nil {
                wrong.append("resultTime of \(stream)")
            }
            return wrong
        }
    }
}
