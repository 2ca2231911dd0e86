internal import ArgumentParser
internal import Crypto
internal import Glibc
internal import HubMessages
internal import LinuxIO
internal import MessageCoding

struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a message for a hub's topics 'bookings' and 'request', or make a key for it.",
        discussion: """
            Prints the message as a compact JSON Web Signature (RFC 7515) with Ed25519, ready to be published. Needs no \
            daemon: it is meant for the machine that sends, to try a hub out or to send from a script.

              hubctl sign --new-key control-room.key --id control-room
              hubctl sign --key control-room.key --id control-room request.json | mosquitto_pub -s -t …/request

            The key's file is PKCS #8 in PEM, as 'openssl genpkey -algorithm ed25519' writes it. With --new-key the \
            public key is printed as the [[signer]] that a hub's configuration needs.

            Exit status: 0 done, 1 the file cannot be used, 2 wrong usage.
            """)
    @Option(help: "The file with the private key.")
    var key: String?
    @Option(help: "Make a new key in this file, which must not be there yet.")
    var newKey: String?
    @Option(help: "What the hub's [[signer]] calls the key.")
    var id: String
    @Argument(help: "The message; '-' for standard input.")
    var file: String?

    func run() throws {
        guard let signer = SignerID(id) else { throw Failure.usage("--id '\(id)' is no id: \(SignerID.rule)") }
        switch (key, newKey, file) {
        case (let key?, nil, let file?): try sign(file, with: key, as: signer)
        case (nil, let path?, nil): try makeKey(path, for: signer)
        case _: throw Failure.usage("expected --key FILE with a message, or --new-key FILE without one")
        }
    }

    private func sign(_ file: String, with path: String, as signer: SignerID) throws {
        guard let key = SigningKey(pem: try InputFile.read(path)) else {
            throw Failure.refused("\(path): no Ed25519 private key in PEM (PKCS #8)")
        }
        var payload = try InputFile.read(file)
        while payload.last == UInt8(ascii: "\n") { payload.removeLast() }
        do throws(MessageFault) {
            // Said here, where somebody can mend it, and not at the hub, where nobody looks.
            if let fault = HubMessageCheck.fault(of: payload) { throw fault }
        } catch {
            throw Failure.refused("\(file): \(error)")
        }
        let message = try SignedMessage.compact(payload, signer: signer) { try key.sign($0) }
        print(String(decoding: message, as: UTF8.self))
    }

    private func makeKey(_ path: String, for signer: SignerID) throws {
        let key = SigningKey()
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure.refused("\(path): \(SystemError(call: "open").reason)") }
        defer { close(descriptor) }
        let pem = key.pem
        guard write(descriptor, pem, pem.count) == pem.count, fsync(descriptor) == 0 else {
            throw Failure.refused("\(path): \(SystemError(call: "write").reason)")
        }
        print(
            """
            [[signer]]
            id = "\(signer)"
            public_key = "\(key.publicText)"
            may = ["feed"]                       # of: \(SignerRight.allCases.map(\.rawValue).joined(separator: ", "))
            """)
    }
}

/// An Ed25519 private key and its file.
struct SigningKey {
    private let key: Curve25519.Signing.PrivateKey

    // What a private key begins with (RFC 8410, section 7): version, algorithm 1.3.101.112, and 32 bytes to follow.
    private static let header: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// A new key.
    init() {
        key = Curve25519.Signing.PrivateKey()
    }

    /// The key in a PEM file (RFC 7468, section 10); `nil` where it holds none.
    init?(pem: [UInt8]) {
        let lines = pem.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard let begin = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN PRIVATE KEY-----".utf8) }),
            let end = lines.firstIndex(where: { $0.elementsEqual("-----END PRIVATE KEY-----".utf8) }), begin < end,
            let bytes = Base64.decode(lines[(begin + 1)..<end].flatMap { $0 }, .standard),
            bytes.starts(with: Self.header), bytes.count >= Self.header.count + 32
        else { return nil }
        do {
            key = try Curve25519.Signing.PrivateKey(
                rawRepresentation: bytes[Self.header.count..<(Self.header.count + 32)])
        } catch {
            return nil
        }
    }

    /// The key's file.
    var pem: [UInt8] {
        let body = Base64.encode(Self.header + key.rawRepresentation, .standard)
        return Array("-----BEGIN PRIVATE KEY-----\n".utf8) + body + Array("\n-----END PRIVATE KEY-----\n".utf8)
    }

    /// The public key as a configuration names it.
    var publicText: String {
        String(decoding: Base64.encode(key.publicKey.rawRepresentation, .standard), as: UTF8.self)
    }

    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes)) }
}

/// Whether a message is one that a hub takes.
enum HubMessageCheck {
    /// What is wrong with a feed or a request; `nil` for nothing.
    static func fault(of payload: [UInt8]) -> MessageFault? {
        let coding = MessageCoding()
        do throws(MessageFault) {
            // A request has an action, a feed has bookings: the fault that is told is of the one that is meant.
            if payload.contains("\"action\"") {
                _ = try coding.decode(HubRequest.self, from: payload)
            } else {
                _ = try coding.decode(BookingFeed.self, from: payload)
            }
            return nil
        } catch {
            return error
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard count >= bytes.count else { return false }
        return (0...count - bytes.count).contains { self[$0..<$0 + bytes.count].elementsEqual(bytes) }
    }
}
