import Foundation
import HubMessages
import MessageCoding
import Reports
import TestSupport
import Testing

/// Names for tests; an illegal one ends the test run at once.
func name<Named>(_ text: String) -> Identifier<Named> {
    guard let identifier = Identifier<Named>(text) else { preconditionFailure("'\(text)' is illegal") }
    return identifier
}

/// Monday 2026-11-23, 00:00 UTC; local time is UTC in these tests.
let monday: Int64 = 1_795_392_000

func local(_ time: WallTime) -> LocalQuarter {
    let seconds = time.milliseconds / 1_000
    return LocalQuarter(
        date: String(time.rfc3339.prefix(10)), weekday: Int((seconds / 86_400 + 3) % 7) + 1,
        hour: Int(seconds / 3_600 % 24))
}

func record(
    _ space: String, day: Int64 = 0, quarter: Int64, revision: Int = 0, _ change: (inout UseNumbers) -> Void = { _ in }
) -> UtilizationRecord {
    var use = UseNumbers()
    (use.covered, use.healthy) = (900, 900)
    change(&use)
    return UtilizationRecord(
        space: name(space), module: .meeting,
        start: WallTime(milliseconds: (monday + day * 86_400 + quarter * 900) * 1_000), revision: revision, use: use)
}

/// A meeting room on Monday from 8 to 10 and Tuesday from 8 to 9: booked 9 to 10 and 8 to 9, used 8:30 to 9:45.
let sample: [UtilizationRecord] =
    (32..<40).map { quarter in
        record("besprechung", quarter: quarter) { use in
            use.booked = quarter >= 36 ? 900 : 0
            use.used = (34..<39).contains(quarter) ? 900 : 0
            use.usedBooked = (36..<39).contains(quarter) ? 900 : 0
            use.peak = quarter == 36 ? 6 : 2
            use.bookings = quarter == 36 ? 1 : 0
            use.energy = 0.1
            use.climate = ClimateSummary()
            use.climate?.add(Climate(temperature: 21, co2: quarter < 38 ? 700 : 1_200))
        }
    }
    + (32..<36).map { quarter in
        record("besprechung", day: 1, quarter: quarter) { use in
            use.booked = 900
            use.bookings = quarter == 32 ? 1 : 0
            use.noShows = quarter == 33 ? 1 : 0
        }
    }

let sampleSpaces = [ReportedSpace(space: name("besprechung"), name: "Besprechungsraum", capacity: 8)]

@Suite struct ReportTests {
    private let report = UseReport(sample, spaces: sampleSpaces, local: local)

    @Test func `the key figures, computed by hand`() throws {
        let space = try #require(report.spaces.first)
        #expect(report.from == "2026-11-23" && report.to == "2026-11-24" && space.quarters == 12)
        // 5 of 12 quarter-hours used; 3 of 8 booked ones; one of two bookings nobody came for; 6 of 8 readings good.
        #expect(space.usedShare == 5.0 / 12 && space.usedOfBooked == 3.0 / 8)
        #expect(space.noShowRate == 0.5 && space.comfort == 0.75 && space.quality == 1)
        // 0.8 kWh in an hour and a quarter.
        #expect(abs((space.energyPerUsedHour ?? 0) - 0.64) < 1e-9)
        #expect(space.use.peak == 6 && space.days.map(\.date) == ["2026-11-23", "2026-11-24"])
        // Monday 8 to 9: two of four quarter-hours; 9 to 10: three; Tuesday 8 to 9: none; else not observed.
        #expect(space.week[0][8].share == 0.5 && space.week[0][9].share == 0.75 && space.week[1][8].share == 0)
        #expect(space.week[0][10].share == nil && space.week[6][8].share == nil)
    }

    @Test func `of a quarter-hour that was given out anew the highest revision counts, in any order`() throws {
        let revised = record("besprechung", quarter: 32, revision: 1) { $0.booked = 900 }
        for records in [sample + [revised], [revised] + sample] {
            let space = try #require(UseReport(records, spaces: [], local: local).spaces.first)
            #expect(space.use.booked == 9 * 900 && space.quarters == 12)
            #expect(space.space.name == "besprechung" && space.space.capacity == nil)
        }
    }

    @Test func `random weeks: the report's sums are those of a slow look at every record`() {
        var random = SeededRandom.announced()
        for _ in 0..<20 {
            let records = (0..<200).map { _ in
                record(
                    Bool.random(using: &random) ? "a" : "b", day: .random(in: 0..<7, using: &random),
                    quarter: .random(in: 0..<96, using: &random), revision: .random(in: 0..<3, using: &random)
                ) { use in
                    use.used = .random(in: 0...900, using: &random)
                    use.booked = .random(in: 0...900, using: &random)
                    use.peak = .random(in: 0...9, using: &random)
                    use.entries = .random(in: 0...9, using: &random)
                }
            }
            let report = UseReport(records, spaces: [], local: local)
            for space in report.spaces {
                var used = 0
                var peak = 0
                var hours = Array(repeating: Array(repeating: 0, count: 24), count: 7)
                var seen: Set<WallTime> = []
                for (index, item) in records.enumerated() where item.space == space.space.space {
                    let rivals = records.enumerated().filter {
                        $0.element.space == item.space && $0.element.start == item.start
                    }
                    // The highest revision; of equal ones the first.
                    let best = rivals.max {
                        ($0.element.revision, -$0.offset) < ($1.element.revision, -$1.offset)
                    }
                    guard best?.offset == index, seen.insert(item.start).inserted else { continue }
                    used += item.use.used
                    peak = max(peak, item.use.peak)
                    hours[local(item.start).weekday - 1][local(item.start).hour] += item.use.used
                }
                #expect(space.use.used == used && space.use.peak == peak)
                #expect(space.week.map { $0.map(\.used) } == hours)
                #expect(space.days.reduce(0) { $0 + $1.use.used } == used)
            }
        }
    }

    @Test func `text: bars, shades and German numbers`() {
        let text = report.text(.german)
        #expect(text.contains("Nutzung der Räume, 23.11.2026 bis 24.11.2026"))
        #expect(text.contains("genutzt                      1,3 h von 3,0 h beobachtet"))
        #expect(text.contains("██████▎········ 42 %"))
        #expect(text.contains("  Mo   ················▒▒▓▓····························"))
        #expect(text.contains("  Di   ················  ······························"))
        #expect(UseReport([], spaces: [], local: local).text(.english) == "nothing was recorded in this time\n")
    }

    @Test func `text fits a terminal of 80 columns, with a month's numbers in either language`() {
        let month = (0..<30).flatMap { day in
            (0..<96).map { quarter in
                record("besprechung", day: day, quarter: quarter) { use in
                    (use.booked, use.used, use.usedBooked, use.peak, use.entries) = (900, 900, 900, 12, 40)
                    (use.bookings, use.energy) = (4, 0.1)
                    use.climate = ClimateSummary()
                    use.climate?.add(Climate(co2: 700))
                }
            }
        }
        let report = UseReport(month, spaces: sampleSpaces, local: local)
        for language in [ReportLanguage.english, .german] {
            for line in report.text(language).split(separator: "\n") {
                #expect(line.count <= 80 && line.last != " ", "\(line)")
            }
        }
    }

    @Test func `a share that is not all is not 100 %, one person is no people, and nothing booked is said in words`() {
        let quarters = (0..<400).map { quarter in
            record("besprechung", day: Int64(quarter / 96), quarter: Int64(quarter % 96)) { use in
                if quarter == 7 { (use.used, use.peak, use.walkIns, use.healthy) = (300, 1, 1, 100) }
            }
        }
        let report = UseReport(quarters, spaces: [], local: local)
        let english = report.text(.english)
        #expect(english.contains("<1 %") && english.contains(">99 %") && !english.contains(" 100 %  "))
        #expect(english.contains("1 person\n") && english.contains("1 time\n") && english.contains("nothing booked"))
        let german = report.text(.german)
        #expect(german.contains("1 Person\n") && german.contains("nichts gebucht"))
        // The share stands once.
        #expect(english.components(separatedBy: ">99 %").count == 2)
    }

    @Test func `csv: a row per space and day, text quoted, a formula is none`() {
        let named = UseReport(
            sample, spaces: [ReportedSpace(space: name("besprechung"), name: "=A1\"x\"", capacity: nil)], local: local)
        let rows = named.csv.components(separatedBy: "\r\n")
        #expect(rows.count == 4 && rows[0].hasPrefix("space,name,module,date,covered_s"))
        #expect(
            rows[1] == "besprechung,\"'=A1\"\"x\"\"\",meeting,2026-11-23,7200,7200,3600,4500,2700,6,0,1,0,0,0,0.0,"
                + "21.0,21.0,21.0,,825.0,1200.0,0.75,0.8,")
        #expect(rows[2].hasSuffix(",2026-11-24,3600,3600,3600,0,0,0,0,1,1,0,0,0.0,,,,,,,,,"))
        #expect(report.csv.components(separatedBy: "\r\n")[1].hasSuffix(",0.8,8"))
        #expect(Set(rows.dropLast().map { $0.filter { $0 == "," }.count }).count == 1)
    }

    @Test func `json reads back`() throws {
        let coding = MessageCoding()
        #expect(try coding.decode(UseReport.self, from: coding.encode(report)) == report)
    }

    @Test func `html and svg are well formed, without script and without anything from elsewhere`() throws {
        let spaces = [ReportedSpace(space: name("besprechung"), name: "<Raum> & \"Co\"", capacity: 8)]
        let report = UseReport(sample, spaces: spaces, local: local)
        for language in [ReportLanguage.german, .english] {
            let html = report.html(language)
            let svg = report.svg(language)
            for text in [html, svg] {
                #expect(!text.contains("<script") && !text.contains("href=") && !text.contains("src="))
                #expect(!text.contains("<Raum>") && text.contains("&lt;Raum&gt; &amp; &quot;Co&quot;"))
            }
            #expect(balanced(svg) == nil)
            #expect(balanced(html.replacing("<!DOCTYPE html>", with: "").replacing(/<meta [^>]*>/, with: "")) == nil)
            #expect(html.contains("<html lang=\"\(language == .german ? "de" : "en")\">"))
            // 7 × 24 cells, each with what it shows in words.
            #expect(svg.components(separatedBy: "–").count > 168)
        }
    }

    @Test func `an axis says the quarters of its scale, not what they round to`() {
        let svg = UseReport([record("besprechung", quarter: 40)], spaces: [], local: local).svg(.german)
        for label in ["0,25 h", "0,50 h", "0,75 h", "1,00 h"] { #expect(svg.contains(">\(label)<"), "\(label)") }
        #expect(!svg.contains("0,8 h"))
    }

    @Test func `svg alone has the key figures, html beside its table has no second heading`() {
        for language in [ReportLanguage.german, .english] {
            let svg = report.svg(language)
            for text in [
                "50 %", "75 %", "0\(language == .german ? "," : ".")64 kWh",
                "6 \(language == .german ? "von" : "of") 8",
            ] {
                #expect(svg.contains(text), "\(text)")
            }
            #expect(svg.contains("font-weight=\"bold\">Besprechungsraum"))
            #expect(!report.html(language).contains("font-weight=\"bold\">Besprechungsraum"))
        }
    }

    @Test func `every meter of the page says what it measures`() {
        let meters = report.html(.german).matches(of: /<meter [^>]*>/).map { String($0.output) }
        #expect(meters.count == 6)
        #expect(meters.contains { $0.contains("aria-label=\"nicht erschienen\"") })
        #expect(meters.allSatisfy { $0.contains("aria-label=\"") })
    }

    @Test func `the shades of the week can be told apart, and bars from the paper`() throws {
        let svg = report.svg(.english)
        let legend = svg.matches(of: /width="14" height="12" fill="(#[0-9a-f]+)"/).map { String($0.output.1) }
        let shades = try legend.prefix(6).map(luminance)
        #expect(shades.count == 6)
        for (light, dark) in zip(shades, shades.dropFirst()) {
            #expect((light + 0.05) / (dark + 0.05) > 1.2, "\(legend)")
        }
        // WCAG 2.2, 1.4.11: what is needed to understand a picture has a contrast of 3 to 1, by its edge if not by its area.
        let bars = svg.matches(
            of: #/<rect [^>]*fill="(#[0-9a-f]+)"(?: stroke="(#[0-9a-f]+)"[^>]*)?><title>[0-9-]+: /#)
        #expect(bars.count == 4)
        for bar in bars {
            #expect(try 1.05 / (luminance(String(bar.output.2 ?? bar.output.1)) + 0.05) >= 3)
        }
    }

    /// How bright a colour is (WCAG 2.2, relative luminance).
    private func luminance(_ color: String) throws -> Double {
        let digits = color.dropFirst()
        let long = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
        let number = try #require(UInt32(long, radix: 16))
        let parts = [16, 8, 0].map { shift in
            let part = Double(number >> UInt32(shift) & 0xFF) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    /// The first tag that does not close what it should; `nil` where all do.
    private func balanced(_ text: String) -> String? {
        var open: [Substring] = []
        for match in text.matches(of: /<(\/?)([a-z0-9]+)[^>]*?(\/?)>/) {
            let (_, closes, tag, isEmpty) = match.output
            if !isEmpty.isEmpty { continue }
            if closes.isEmpty { open.append(tag) } else if open.popLast() != tag { return String(match.output.0) }
        }
        return open.last.map(String.init)
    }
}
