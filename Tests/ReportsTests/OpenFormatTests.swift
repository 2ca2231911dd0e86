import Foundation
import HubMessages
import MessageCoding
import Reports
import TestSupport
import Testing

/// What goes to smart-city platforms, by the rules of the public schemas, which ``OpenFormatRules`` has.
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

    private func wrong(_ entity: [String: Any]) -> [String] { OpenFormatRules.wrong(entity: entity) }

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

    @Test func `the rules refuse an observation without result, time or datastream, and a datastream without its unit`()
        throws
    {
        let document = SensorThings.document(
            place, spaces: sampleSpaces, observations: [Observation(full: sample[4])])
        let good = try #require(try json(document) as? [String: Any])
        #expect(OpenFormatRules.wrong(document: good) == [])
        let observations = try #require(good["Observations"] as? [[String: Any]])
        for field in ["result", "phenomenonTime", "resultTime", "Datastream"] {
            var broken = observations
            broken[0][field] = nil
            #expect(
                OpenFormatRules.wrong(document: good.merging(["Observations": broken]) { $1 }).count == 1, "\(field)")
        }
        var thing = try #require(good["Thing"] as? [String: Any])
        var streams = try #require(thing["Datastreams"] as? [[String: Any]])
        streams[0]["unitOfMeasurement"] = nil
        thing["Datastreams"] = streams
        #expect(OpenFormatRules.wrong(document: good.merging(["Thing": thing]) { $1 }).count == 1)
        #expect(OpenFormatRules.wrong(document: [:]).count == 2)
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
        #expect(OpenFormatRules.wrong(document: whole) == [])
        let observations = try #require(whole["Observations"] as? [[String: Any]])
        // Here the cold room has its temperature.
        #expect(observations.contains { $0["result"] as? Double == -4 })
    }
}
