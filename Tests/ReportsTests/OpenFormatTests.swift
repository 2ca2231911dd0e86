import Foundation
import HubMessages
import MessageCoding
import Reports
import Testing

/// What goes to smart-city platforms, by the rules of the public schemas. The rules are written here from their sources:
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
@Suite struct OpenFormatTests {
    private let place = HubPlace(
        hub: name("polch"), name: "RegioHub Polch", longitude: 7.31, latitude: 50.3, street: "Marktplatz 1",
        postalCode: "56751", locality: "Polch")

    private var cold: UtilizationRecord {
        record("werkstatt", quarter: 40) { use in
            use.climate = ClimateSummary()
            use.climate?.add(Climate(temperature: -4, humidity: 80, co2: 500))
        }
    }

    private func json(_ value: some Encodable) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(MessageCoding().encode(value)))
    }

    /// What is wrong with an entity, in its simple form, by the rules above.
    private func wrong(_ entity: [String: Any]) -> [String] {
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

    @Test func `ngsi-ld: every entity keeps the rules of its model, and nobody is its occupier`() throws {
        let observations = (sample + [cold]).map(Observation.init(full:))
        let entities = NGSILD.entities(place, spaces: sampleSpaces, observations: observations)
        let all = try #require(try json(entities) as? [[String: Any]])
        #expect(all.count == 1 + 9 + 13)
        for entity in all { #expect(wrong(entity) == []) }
        #expect(Set(all.compactMap { $0["id"] as? String }).count == all.count)
        // A room below zero has no temperature in this model, and 500 ppm are 0.9148 mg/l.
        let room = try #require(
            all.first {
                ($0["id"] as? String)?.hasPrefix("urn:ngsi-ld:IndoorEnvironmentObserved:polch:werkstatt") == true
            })
        #expect(room["temperature"] == nil)
        let co2 = try #require(room["co2"] as? [String: Any])
        #expect(co2["value"] as? Double == 0.9148 && co2["unitCode"] as? String == "M1")
    }

    @Test func `the rules refuse what breaks them`() {
        func attribute(_ value: Any) -> [String: Any] { ["type": "Property", "value": value] }
        let id = "urn:ngsi-ld:CrowdFlowObserved:x"
        let date = "2026-11-23T00:00:00.000Z"
        let good: [String: Any] = [
            "id": id, "type": "CrowdFlowObserved", "dateObserved": attribute(date), "dateObservedFrom": attribute(date),
            "dateObservedTo": attribute(date),
        ]
        #expect(wrong(good) == [])
        #expect(wrong(good.merging(["occupancy": attribute(1.5)]) { $1 }) != [])
        #expect(wrong(good.merging(["peopleCount": attribute(-1)]) { $1 }) != [])
        #expect(wrong(good.filter { $0.key != "dateObserved" }) != [])
        #expect(wrong(["id": id, "type": "Building", "occupier": attribute(["urn:x:y"])]).contains("occupier"))
        #expect(wrong(good.merging(["name": "bare"]) { $1 }) != [])
    }

    @Test func `what the public may see has numbers of people only where the district has them`() throws {
        let quiet = record("besprechung", quarter: 50)
        let busy = sample[4]
        let hidden = DistrictUtilization(hub: name("polch"), record: busy, run: busy.start, numbers: nil)
        let shown = DistrictUtilization(
            hub: name("polch"), record: busy, run: busy.start,
            numbers: DistrictNumbers(peak: 6, entries: 4, threshold: 3))
        let later = DistrictUtilization(
            hub: name("polch"), record: sample[5], run: busy.start,
            numbers: DistrictNumbers(peak: 6, entries: 4, threshold: 3))
        func crowd(_ quarter: DistrictUtilization) throws -> [String: Any] {
            let entities = NGSILD.entities(place, spaces: [], observations: [Observation(public: quarter)])
            let all = try #require(try json(entities) as? [[String: Any]])
            #expect(all.count == 2)
            return try #require(all.last)
        }
        #expect(try crowd(hidden)["peopleCount"] == nil)
        #expect((try crowd(shown)["peopleCount"] as? [String: Any])?["value"] as? Int == 3)
        // Once for a run.
        #expect(try crowd(later)["peopleCount"] == nil)
        let none = DistrictUtilization(hub: name("polch"), empty: quiet)
        #expect((try crowd(none)["peopleCount"] as? [String: Any])?["value"] as? Int == 0)
        for quarter in [hidden, shown, none] { #expect(wrong(try crowd(quarter)) == []) }
    }

    @Test func `sensorthings: every observation has its result and its datastream, and each of these its unit`() throws
    {
        let document = SensorThings.document(
            place, spaces: sampleSpaces, observations: (sample + [cold]).map(Observation.init(full:)))
        let whole = try #require(try json(document) as? [String: Any])
        let thing = try #require(whole["Thing"] as? [String: Any])
        let streams = try #require(thing["Datastreams"] as? [[String: Any]])
        var ids: Set<String> = []
        for stream in streams {
            ids.insert(try #require(stream["@iot.id"] as? String))
            #expect((stream["name"] as? String)?.isEmpty == false && stream["description"] is String)
            #expect((stream["observationType"] as? String)?.hasPrefix("http://www.opengis.net/def/") == true)
            let unit = try #require(stream["unitOfMeasurement"] as? [String: String])
            #expect(Set(unit.keys) == ["name", "symbol", "definition"])
            #expect(stream["ObservedProperty"] is [String: String] && stream["Sensor"] is [String: String])
        }
        let observations = try #require(whole["Observations"] as? [[String: Any]])
        for observation in observations {
            #expect(observation["result"] is NSNumber)
            let stream = try #require(observation["Datastream"] as? [String: String])
            #expect(ids.contains(stream["@iot.id"] ?? ""))
            let interval = try #require(observation["phenomenonTime"] as? String).split(separator: "/")
            #expect(interval.count == 2 && interval.allSatisfy { WallTime(rfc3339: String($0)) != nil })
        }
        // Here the cold room has its temperature.
        #expect(observations.contains { $0["result"] as? Double == -4 })
    }
}
