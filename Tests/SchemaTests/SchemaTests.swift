internal import HubMessages
internal import MessageCoding
internal import Testing

@Suite("Messages and their documents")
struct SchemaTests {
    let samples: Samples
    let schemas: [String: SchemaValidator]

    init() throws {
        samples = try #require(Samples())
        schemas = try Documents.schemas()
    }

    /// The alternative of the district's schema that a message is.
    private func district(_ value: JSONValue, _ root: JSONValue) -> JSONValue {
        root["$defs"]?[value["month"] == nil ? "quarter" : "month"] ?? .null
    }

    /// Every sample as JSON, with the schema it belongs to.
    private func all() throws -> [(schema: String, value: JSONValue)] {
        var all: [(schema: String, value: JSONValue)] = []
        for value in samples.statuses { all.append(("status", try samples.json(value.published))) }
        for value in samples.statuses { all.append(("journal", try samples.json(value.progress))) }
        for value in samples.doors { all.append(("door", try samples.json(value))) }
        for value in samples.spaces { all.append(("space", try samples.json(value))) }
        for value in samples.sensors { all.append(("sensor", try samples.json(value))) }
        for value in samples.utilizations { all.append(("utilization", try samples.json(value))) }
        for value in samples.months { all.append(("utilization", try samples.json(value))) }
        for value in samples.acknowledgements { all.append(("ack", try samples.json(value))) }
        for value in samples.requests { all.append(("request", try samples.json(value))) }
        for value in samples.responses { all.append(("response", try samples.json(value))) }
        for value in samples.feeds { all.append(("bookings", try samples.json(value))) }
        for event in samples.events {
            for clock in ClockQuality.allCases {
                all.append(("event", try samples.json([samples.envelope(event, clock: clock)])))
            }
        }
        return all
    }

    @Test func `what is sent is what the schemas say, field by field`() throws {
        for (name, value) in try all() {
            let wrong = try #require(schemas[name]).validate(value)
            #expect(wrong.isEmpty, "\(name): \(wrong) in \(value)")
        }
    }

    @Test func `every type of event has a sample, an alternative in the schema and a section in messages.md`() throws {
        let types = JournalEvent.allTypes
        #expect(Set(samples.events.map(\.type)) == Set(types))
        let schema = try #require(schemas["event"]).root
        let alternatives = schema["items"]?["oneOf"]?.elements?.compactMap { $0["$ref"]?.text } ?? []
        #expect(Set(alternatives) == Set(types.map { "#/$defs/\($0)" }))
        let page = try Documents.text("messages.md")
        for type in types {
            #expect(schema["$defs"]?[type]?["properties"]?["type"]?["const"] == .string(type))
            #expect(page.contains("\n### `\(type)`\n"), "\(type)")
        }
    }

    @Test func `a message without a required field is refused`() throws {
        var tried = 0
        for (name, value) in try all() {
            let validator = try #require(schemas[name])
            let schema = name == "utilization" ? district(value, validator.root) : validator.root
            for field in schema["required"]?.elements?.compactMap(\.text) ?? [] {
                var broken = value
                broken[field] = nil
                #expect(!validator.validate(broken).isEmpty, "\(name) without \(field)")
                tried += 1
            }
        }
        #expect(tried > 100)
    }

    @Test func `an event without a required field, or with a field of the wrong type, is refused`() throws {
        let validator = try #require(schemas["event"])
        for event in samples.events {
            let value = try samples.json(samples.envelope(event))
            let required = validator.root["$defs"]?[event.type]?["required"]?.elements?.compactMap(\.text) ?? []
            #expect(required.count > 6)
            for field in value.fields.keys {
                var broken = value
                broken[field] = .array([])
                #expect(!validator.validate(.array([broken])).isEmpty, "\(event.type) with a list as \(field)")
                guard required.contains(field) else { continue }
                broken[field] = nil
                #expect(!validator.validate(.array([broken])).isEmpty, "\(event.type) without \(field)")
            }
        }
    }

    @Test func `the validator refuses every kind of mistake it looks for`() throws {
        func wrong(_ name: String, _ text: String) throws -> [String] {
            try #require(schemas[name]).validate(JSONValue(text.utf8))
        }
        let sensor = #""available":true,"faults":[],"sensor":"pir","space":"coworking""#
        #expect(try wrong("sensor", "{\(sensor)}").isEmpty)
        #expect(try wrong("sensor", "{\(sensor),\"entered\":-1}").count == 1)
        #expect(try wrong("sensor", "{\(sensor),\"entered\":1.5}").count == 1)
        #expect(try wrong("sensor", "{\(sensor),\"present\":1}").count == 1)
        #expect(try wrong("sensor", "{\(sensor),\"secret\":1}").count == 1)
        #expect(try wrong("sensor", #"{"available":true,"faults":[],"sensor":"PIR","space":"coworking"}"#).count == 1)
        #expect(try wrong("sensor", "[]").count > 0)
        #expect(try wrong("event", "[]").count == 1)
        #expect(try wrong("event", #"[{"type":"door.opened"}]"#).count == 1)
        let feed = #""count":1,"hub":"polch","version":1"#
        let booking = #""credentials":[],"from":"2026-11-23T08:00:00+01:00","id":"B","space":"s""#
        #expect(try wrong("bookings", "{\(feed),\"bookings\":[{\(booking),\"to\":\"2026-11-23T09:00:00Z\"}]}").isEmpty)
        #expect(try wrong("bookings", "{\(feed),\"bookings\":[{\(booking),\"to\":\"2026-11-23 09:00\"}]}").count == 1)
        #expect(try wrong("bookings", "{\(feed),\"bookings\":[]}").count == 1)
        let window = #""from":"2026-11-23T08:00:00+01:00","id":"B","space":"s","to":"2026-11-23T09:00:00Z""#
        func wrongCard(_ card: String) throws -> Bool {
            try !wrong("bookings", "{\(feed),\"bookings\":[{\(window),\"credentials\":[{\"type\":\"card\",\(card)}]}]}")
                .isEmpty
        }
        #expect(try !wrongCard(#""facility":255,"number":65535"#))
        #expect(try !wrongCard(#""format":"H10302","number":34359738367"#))
        #expect(try wrongCard(#""facility":256,"number":1"#))
        #expect(try wrongCard(#""format":"H10301","facility":1,"number":65536"#))
        #expect(try wrongCard(#""number":1"#))
        #expect(try wrongCard(#""format":"12","facility":1,"number":1"#))
        #expect(try wrongCard(#""format":"a:b","facility":1,"number":1"#))
    }

    @Test func `a receiver with these schemas takes a message of a later version`() throws {
        let open = try Documents.schemas(isStrict: false)
        for (name, value) in try all() where name != "event" {
            var later = value
            later["addedLater"] = .integer(1)
            #expect(try #require(open[name]).validate(later).isEmpty, "\(name)")
            #expect(try #require(schemas[name]).validate(later).count == 1, "\(name)")
        }
        let event = try #require(samples.events.first)
        var later = try samples.json(samples.envelope(event))
        later["addedLater"] = .integer(1)
        #expect(try #require(open["event"]).validate(.array([later])).isEmpty)
    }

    @Test func `every example in messages.md is a message`() throws {
        var envelope = try samples.json(samples.envelope(.hubStopped(HubStopped(uptime: 0))))
        envelope["uptime"] = nil
        var eventTypes: Set<String> = []
        var others: Set<String> = []
        for (heading, example) in try Documents.examples() {
            if let type = example["type"]?.text {
                let value = JSONValue.object(envelope.fields.merging(example.fields) { _, own in own })
                #expect(try #require(schemas["event"]).validate(.array([value])).isEmpty, "\(type)")
                eventTypes.insert(type)
                continue
            }
            let name = try #require(
                [
                    "request", "response", "bookings", "utilization", "status", "door", "space", "sensor", "ack",
                    "journal",
                ].first {
                    heading.contains($0)
                },
                "\(heading)")
            #expect(try #require(schemas[name]).validate(example).isEmpty, "\(heading)")
            others.insert(name)
        }
        #expect(eventTypes == Set(JournalEvent.allTypes))
        #expect(others.count == 10)
    }

    @Test func `the feed that messages.md shows is one the hub can read`() throws {
        let coding = MessageCoding()
        for feed in samples.feeds {
            #expect(try coding.decode(BookingFeed.self, from: coding.encode(feed)) == feed)
        }
        let page = try Documents.text("messages.md")
        let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("{\"hub\":") })
        let feed = try coding.decode(BookingFeed.self, from: Array(line.utf8))
        #expect(feed.count == feed.bookings.count)
    }

    @Test func `G10 the district's message has these fields and no room for another`() throws {
        let schema = try #require(schemas["utilization"]).root["$defs"]
        #expect(
            schema?["quarter"]?["properties"]?.fields.keys.sorted() == [
                "covered", "healthy", "hub", "inUse", "module", "people", "run", "space", "start", "suppressed",
                "visits",
            ])
        #expect(
            schema?["month"]?["properties"]?.fields.keys.sorted() == [
                "bookings", "comfort", "coveredHours", "energy", "hub", "module", "month", "noShows",
                "space",
            ])
        let suppressed = try samples.json(samples.utilizations[1])
        #expect(suppressed["suppressed"] == .boolean(true) && suppressed["inUse"] == .boolean(true))
        #expect(suppressed["people"] == nil && suppressed["visits"] == nil && suppressed["run"] == nil)
    }

    @Test func `asyncapi.yaml names every topic and only schemas that are there`() throws {
        let document = try Documents.text("asyncapi.yaml")
        for topic in [
            "status", "state/journal", "state/door/{id}", "state/space/{id}", "state/sensor/{id}", "event",
            "utilization", "bookings",
            "bookings/{part}", "request", "response/{signer}", "ack", "ngsi-ld/entities", "sensorthings/observations",
        ] {
            #expect(document.contains("address: '{root}/\(topic)'"), "\(topic)")
        }
        let schemas = document.matches(of: /schemas\/[a-z]+\.json/).map { String($0.output) }
        #expect(Set(schemas).count == Documents.names.count)
        for schema in schemas { #expect(Documents.exists(schema), "\(schema)") }
    }

    @Test func `every key that the configuration's parser reads is in configuration.md`() throws {
        let reads = try Regex(
            #"[ .](?:string|optionalString|integer|optionalInteger|number|duration|choice|identifiers?|tables?|node|"#
                + #"required|input|requiredInput|line)\(\s*"([a-z_0-9]+)"|active: "([a-z_]+)""#)
        let page = try Documents.text("configuration.md")
        var keys: Set<String> = []
        for source in try Documents.sources(of: "HubConfiguration") {
            for match in source.matches(of: reads) {
                for group in match.output.dropFirst() {
                    if let key = group.substring { keys.insert(String(key)) }
                }
            }
        }
        #expect(keys.count > 50, "\(keys.sorted())")
        for key in keys.sorted() {
            let spellings = ["`\(key)`", "`[\(key)]`", "`[[\(key)]]`"]
            #expect(spellings.contains { page.contains($0) }, "\(key)")
        }
    }
}
