import Foundation
import TestSupport
import Testing

/// What the district gets cannot be made of anything that names a person: the compiler refuses it.
@Suite struct DistrictTypeTests {
    /// What every snippet has at hand: a credential, its token, a pseudonym, a booking, and numbers.
    private static let prelude = """
        import HubMessages
        func make(
            hub: HubID, record: UtilizationRecord, numbers: DistrictNumbers?, summary: UtilizationSummary,
            credential: Credential, token: CredentialToken, pseudonym: String, pseudonyms: PseudonymHash, booking: Booking,
            id: BookingID, holder: HolderID, decision: AccessDecided, noShow: BookingNoShow
        ) {

        """

    private static let allowed = [
        "_ = DistrictUtilization(hub: hub, empty: record)",
        "_ = DistrictUtilization(hub: hub, record: record, run: record.start, numbers: numbers)",
        "_ = DistrictNumbers(peak: 3, entries: 3, threshold: 3)",
        "_ = DistrictMonth(hub: hub, summary: summary, threshold: 3)",
    ]

    private static let forbidden = [
        "_ = DistrictUtilization(hub: hub, empty: booking)",
        "_ = DistrictUtilization(hub: hub, empty: decision)",
        "_ = DistrictUtilization(hub: hub, empty: noShow)",
        "_ = DistrictUtilization(hub: id, empty: record)",
        "_ = DistrictUtilization(hub: holder, empty: record)",
        "_ = DistrictUtilization(hub: pseudonym, empty: record)",
        "_ = DistrictUtilization(hub: hub, record: record, run: record.start, numbers: token)",
        "_ = DistrictUtilization(hub: hub, record: record, run: pseudonym, numbers: numbers)",
        "_ = DistrictUtilization(hub: hub, record: record, run: record.start, numbers: pseudonyms(token))",
        "_ = DistrictNumbers(peak: pseudonym, entries: 3, threshold: 3)",
        "_ = DistrictNumbers(people: 1, visits: 1)",
        "_ = DistrictMonth(hub: hub, summary: booking, threshold: 3)",
        "var cell = DistrictUtilization(hub: hub, empty: record); cell.space = holder",
        "let cell = DistrictUtilization(hub: hub, empty: record); _ = cell.booking",
        "var record = record; record.booking = id",
        "var record = record; record.space = id",
        "var record = record; record.use.entries = credential",
        "_ = UtilizationRecord(space: holder, module: .coworking, start: record.start, use: record.use)",
    ]

    @Test func `G10: a message for the district is not made of a credential, a booking, a pseudonym`() throws {
        let folder = try TemporaryDirectory()
        // The same way of asking accepts what is made as it should be: a refusal below is one of the types.
        #expect(try compiles(Self.allowed.joined(separator: "\n"), in: folder.path) == nil)
        for line in Self.forbidden {
            let refusal = try compiles(line, in: folder.path)
            let text = try #require(refusal, "compiled: \(line)")
            #expect(text.contains("error:"), "\(line): \(text)")
            #expect(!text.contains("no such module") && !text.contains("cannot load module"), "\(text)")
        }
    }

    /// What the compiler says against a snippet; `nil` where nothing.
    private func compiles(_ body: String, in folder: String) throws -> String? {
        let source = "\(folder)/snippet.swift"
        let log = "\(folder)/log"
        try Data((Self.prelude + body + "\n}\n").utf8).write(to: URL(fileURLWithPath: source))
        try Data().write(to: URL(fileURLWithPath: log))
        let compiler = try ChildProcess(
            "/usr/bin/env",
            [
                "swiftc", "-typecheck", "-swift-version", "6", "-I", Self.modules, "-module-cache-path",
                "\(folder)/cache", source,
            ], log: log)
        compiler.wait()
        if compiler.exitStatus == 0 { return nil }
        return try String(contentsOf: URL(fileURLWithPath: log), encoding: .utf8)
    }

    /// Where the build puts its modules: beside the test bundle.
    private static var modules: String {
        URL(fileURLWithPath: TestDaemon.program).deletingLastPathComponent().appendingPathComponent("Modules").path
    }
}
