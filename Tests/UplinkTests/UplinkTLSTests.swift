internal import Foundation
internal import LinuxIO
internal import TestSupport
internal import Testing
internal import Uplink

/// Every way in which TLS can fail, against a real broker, with certificates made here.
@Suite struct UplinkTLSTests {
    /// An authority, and whatever it signs.
    private final class Certificates {
        let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
            try authority("ca")
        }

        func path(_ name: String) -> String { directory.file(name) }

        func authority(_ name: String) throws {
            try openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=Test \(name)", "-keyout", path("\(name).key"), "-out", path("\(name).pem"))
        }

        /// A certificate for `names` (as `DNS:…` or `IP:…`); `days` may be negative or far ahead. `purpose` is an
        /// extended key usage.
        func certificate(
            _ name: String, for names: String, by authority: String = "ca", days: Int = 30, purpose: String? = nil
        ) throws {
            try openssl(
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
                "-keyout", path("\(name).key"), "-out", path("\(name).csr"))
            let extensions = "subjectAltName=\(names)\n" + (purpose.map { "extendedKeyUsage=\($0)\n" } ?? "")
            try extensions.write(toFile: path("\(name).ext"), atomically: true, encoding: .utf8)
            let request = [
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("\(authority).pem"), "-CAkey",
                path("\(authority).key"), "-CAcreateserial", "-extfile", path("\(name).ext"), "-out",
                path("\(name).pem"),
            ]
            // OpenSSL 3.5 takes no negative number of days, and 3.0 no dates.
            if days < 0, try run(request + ["-days", "\(days)"]).status != 0 {
                try openssl(request + ["-not_before", "20200101000000Z", "-not_after", "20200102000000Z"])
            } else if days >= 0 {
                try openssl(request + ["-days", "\(days)"])
            }
        }

        /// A certificate for `names` that is valid from the year 2100 on, as every one of today is to a clock of 1970.
        func certificateToCome(_ name: String, for names: String) throws {
            try certificate(name, for: names)
            // Only `openssl ca` takes dates in all versions.
            let settings = """
                [ca]
                default_ca = test
                [test]
                database = \(path("index"))
                new_certs_dir = \(directory.path)
                rand_serial = yes
                default_md = sha256
                policy = any
                [any]
                commonName = supplied
                """
            try (settings + "\n").write(toFile: path("ca.conf"), atomically: true, encoding: .utf8)
            try "".write(toFile: path("index"), atomically: true, encoding: .utf8)
            try openssl(
                "ca", "-batch", "-notext", "-config", path("ca.conf"), "-in", path("\(name).csr"), "-cert",
                path("ca.pem"), "-keyfile", path("ca.key"), "-startdate", "21000101000000Z", "-enddate",
                "21010101000000Z", "-extfile", path("\(name).ext"), "-out", path("\(name).pem"))
        }

        func openssl(_ arguments: String...) throws { try openssl(arguments) }

        private func openssl(_ arguments: [String]) throws {
            let (status, text) = try run(arguments)
            #expect(status == 0, "\(text)")
        }

        private func run(_ arguments: [String]) throws -> (status: CInt?, text: String) {
            let log = directory.file("log")
            let program = try ChildProcess("/usr/bin/openssl", arguments, log: log)
            program.wait()
            return (program.exitStatus, (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
        }

        /// A broker that shows the certificate of that name.
        func broker(
            _ name: String, clients: String? = nil, options more: [String] = [], newestTLS: String = "TLSv1.3"
        ) throws -> TestBroker {
            // mosquitto has an option for the oldest version only.
            let settings = """
                openssl_conf = init
                [init]
                ssl_conf = ssl
                [ssl]
                system_default = all
                [all]
                MaxProtocol = \(newestTLS)
                """
            try (settings + "\n").write(toFile: path("tls.conf"), atomically: true, encoding: .utf8)
            var options = more + ["certfile \(path("\(name).pem"))", "keyfile \(path("\(name).key"))"]
            if let clients { options += ["cafile \(path("\(clients).pem"))", "require_certificate true"] }
            return try TestBroker(listenerOptions: options, environment: ["OPENSSL_CONF": path("tls.conf")])
        }
    }

    private let certificates: Certificates

    init() throws {
        certificates = try Certificates()
    }

    private func setup(
        _ broker: TestBroker, host: String = "127.0.0.1", _ change: (inout UplinkTLS) -> Void = { _ in }
    ) -> UplinkConfiguration {
        var setup = UplinkConfiguration(host: host, port: broker.port, clientID: "tls")
        var tls = UplinkTLS(serverName: host)
        tls.authorityFile = certificates.path("ca.pem")
        change(&tls)
        setup.tls = tls
        return setup
    }

    private func failure(_ setup: UplinkConfiguration) throws -> UplinkFailure {
        let harness = try UplinkHarness(setup)
        defer { harness.close() }
        #expect(harness.uplink.connect())
        return try harness.disconnected()
    }

    @Test func `connects, publishes, and receives over TLS, by address and by name`() throws {
        try certificates.certificate("broker", for: "IP:127.0.0.1,DNS:localhost,DNS:mqtt.example")
        let broker = try certificates.broker("broker")
        for (host, name) in [("127.0.0.1", "127.0.0.1"), ("localhost", "localhost"), ("127.0.0.1", "mqtt.example")] {
            let harness = try UplinkHarness(setup(broker, host: host) { $0.serverName = name })
            try harness.connect()
            try harness.subscribe("t")
            #expect(harness.uplink.publish(UplinkMessage("t", String(repeating: "x", count: 100_000), token: 7)))
            #expect(try harness.message().payload.count == 100_000)
            harness.close()
        }
    }

    @Test func `a client certificate is shown where the broker wants one`() throws {
        try certificates.certificate("broker", for: "IP:127.0.0.1")
        try certificates.certificate("hub", for: "DNS:hub")
        let broker = try certificates.broker("broker", clients: "ca")
        let harness = try UplinkHarness(
            setup(broker) {
                $0.certificateFile = certificates.path("hub.pem")
                $0.keyFile = certificates.path("hub.key")
            })
        try harness.connect()
        harness.close()
        #expect(try failure(setup(broker)) == .tls(.certificateRequired))
        // One that the broker's authority did not sign.
        try certificates.authority("other")
        try certificates.certificate("stranger", for: "DNS:hub", by: "other")
        let refused = try failure(
            setup(broker) {
                $0.certificateFile = certificates.path("stranger.pem")
                $0.keyFile = certificates.path("stranger.key")
            })
        guard case .tls(.ownCertificateRefused) = refused else {
            Issue.record("\(refused)")
            return
        }
    }

    @Test(arguments: ["TLSv1.2", "TLSv1.3"])
    func `the hub's own certificate missing, over, or not valid yet, by any TLS`(
        version: String
    ) throws {
        try certificates.certificate("broker", for: "IP:127.0.0.1")
        let broker = try certificates.broker("broker", clients: "ca", newestTLS: version)
        func shown(_ name: String) throws -> UplinkFailure {
            try failure(
                setup(broker) {
                    $0.certificateFile = certificates.path("\(name).pem")
                    $0.keyFile = certificates.path("\(name).key")
                })
        }
        #expect(try failure(setup(broker)) == .tls(.certificateRequired))
        try certificates.certificate("old", for: "DNS:hub", days: -1)
        #expect(try shown("old") == .tls(.ownCertificateExpired))
        try certificates.certificateToCome("early", for: "DNS:hub")
        #expect(try shown("early") == .tls(.ownCertificateNotYetValid))
        // A server's certificate, shown by a client: in its time, and refused all the same.
        try certificates.certificate("server", for: "DNS:hub", purpose: "serverAuth")
        guard case .tls(.ownCertificateRefused) = try shown("server") else {
            Issue.record("\(try shown("server"))")
            return
        }
    }

    @Test func `a broker whose certificate is not a server's is refused, in OpenSSL's words`() throws {
        try certificates.certificate("client", for: "IP:127.0.0.1", purpose: "clientAuth")
        let broker = try certificates.broker("client")
        let refused = try failure(setup(broker))
        // "unsupported" or "unsuitable", by OpenSSL's version.
        guard case .tls(.certificateRefused(let reason)) = refused, reason.contains("certificate purpose") else {
            Issue.record("\(refused)")
            return
        }
    }

    @Test func `a broker that shares no cipher with the hub ends the handshake, and no certificate is asked for`()
        throws
    {
        try certificates.certificate("broker", for: "IP:127.0.0.1")
        // Of RSA only, which a certificate with an elliptic curve cannot serve.
        let broker = try certificates.broker("broker", options: ["ciphers AES128-GCM-SHA256"], newestTLS: "TLSv1.2")
        #expect(try failure(setup(broker)) == .tls(.refused(alert: 40)))
    }

    @Test func `a broker of an unknown authority, of another name, or whose time is over or to come, is refused`()
        throws
    {
        try certificates.authority("other")
        try certificates.certificate("unknown", for: "IP:127.0.0.1", by: "other")
        let unknown = try certificates.broker("unknown")
        #expect(try failure(setup(unknown)) == .tls(.unknownAuthority))

        try certificates.certificate("named", for: "DNS:elsewhere.example,IP:127.0.0.2")
        let named = try certificates.broker("named")
        #expect(try failure(setup(named)) == .tls(.otherName(expected: "127.0.0.1")))
        #expect(
            try failure(setup(named) { $0.serverName = "mqtt.example" }) == .tls(.otherName(expected: "mqtt.example")))

        try certificates.certificate("old", for: "IP:127.0.0.1", days: -1)
        let old = try certificates.broker("old")
        #expect(try failure(setup(old)) == .tls(.expired))
    }

    @Test func `a certificate whose time is to come is refused, and the hub's clock is named as the likely cause`()
        throws
    {
        try certificates.certificateToCome("early", for: "IP:127.0.0.1")
        let early = try certificates.broker("early")
        let refused = try failure(setup(early))
        #expect(refused == .tls(.notYetValid))
        #expect("\(refused)".contains("not valid yet") && "\(refused)".contains("clock battery"), "\(refused)")
    }

    @Test func `a port without TLS, and TLS with a broker that is spoken to without, say so`() throws {
        let plain = try TestBroker()
        #expect(try failure(setup(plain)) == .tls(.noTLS))
        try certificates.certificate("broker", for: "IP:127.0.0.1")
        let broker = try certificates.broker("broker")
        let lost = try failure(configuration(broker, "plain"))
        #expect("\(lost)".contains("TLS"), "\(lost)")
    }

    @Test func `files that cannot be used are named`() throws {
        try certificates.certificate("hub", for: "DNS:hub")
        try certificates.certificate("second", for: "DNS:hub")
        var tls = UplinkTLS(serverName: "localhost")
        #expect(tls.fault() == nil)
        tls.authorityFile = "/nowhere.pem"
        #expect(tls.fault() == .authorities(path: "/nowhere.pem"))
        tls.authorityFile = certificates.path("hub.key")
        #expect(tls.fault() == .authorities(path: certificates.path("hub.key")))
        tls.authorityFile = nil
        tls.keyFile = certificates.path("hub.key")
        tls.certificateFile = "/nowhere.pem"
        #expect(tls.fault() == .certificate(path: "/nowhere.pem"))
        tls.certificateFile = certificates.path("hub.pem")
        tls.keyFile = "/nowhere.key"
        #expect(tls.fault() == .key(path: "/nowhere.key"))
        tls.keyFile = certificates.path("second.key")
        #expect(tls.fault() == .keyOfOtherCertificate(path: certificates.path("second.key")))
        try certificates.openssl(
            "pkcs8", "-topk8", "-in", certificates.path("hub.key"), "-passout", "pass:secret", "-out",
            certificates.path("locked.key"))
        tls.keyFile = certificates.path("locked.key")
        #expect(tls.fault() == .key(path: certificates.path("locked.key")))
        tls.keyFile = certificates.path("hub.key")
        #expect(tls.fault() == nil)
        // To OpenSSL it would mean that any name will do.
        #expect(UplinkTLS(serverName: "").fault() == .name(""))
    }

    @Test func `every failure says what to do`() {
        let failures: [TLSFailure] = [
            .authorities(path: "p"), .certificate(path: "p"), .key(path: "p"), .keyOfOtherCertificate(path: "p"),
            .name("n"), .unknownAuthority, .otherName(expected: "n"), .expired, .notYetValid,
            .certificateRefused("why"), .certificateRequired, .ownCertificateExpired, .ownCertificateNotYetValid,
            .ownCertificateRefused(alert: 42), .refused(alert: 70), .noTLS, .noMemory,
        ]
        #expect(Set(failures.map(\.description)).count == failures.count)
    }
}
