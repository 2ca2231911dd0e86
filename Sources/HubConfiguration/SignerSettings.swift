public import HubMessages

/// Somebody whose signed messages the hub takes.
public struct SignerSettings: Hashable, Sendable {
    /// What signed messages call the key.
    public var id: SignerID
    /// The public key: Ed25519 (RFC 8032, section 5.1.5), 32 bytes.
    public var publicKey: [UInt8]
    /// What the signer may send. Every signer may ask for the list of access points and for their status.
    public var rights: Set<SignerRight>

    /// All fields.
    public init(id: SignerID, publicKey: [UInt8], rights: Set<SignerRight>) {
        self.id = id
        self.publicKey = publicKey
        self.rights = rights
    }

    /// What a public key begins with in the form that `openssl pkey -pubout` writes (RFC 8410, section 4).
    private static let header: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]

    /// The 32 bytes of a public key in base64: of the key alone, or as OpenSSL writes it between its lines of dashes.
    static func publicKey(_ text: String) -> [UInt8]? {
        guard let bytes = Base64.decode(Array(text.utf8), .standard) else { return nil }
        if bytes.count == 32 { return bytes }
        guard bytes.count == header.count + 32, bytes.starts(with: header) else { return nil }
        return Array(bytes.dropFirst(header.count))
    }
}

extension HouseParser {
    /// Reads a `[[signer]]`.
    mutating func signer(_ node: ConfigurationNode, _ mistakes: inout [ConfigurationMistake]) -> SignerSettings? {
        var table = TableReader(node, name: "[[signer]]", &mistakes)
        let id: SignerID? = table.identifier("id", &mistakes)
        claim(id, in: &signers, "signer", at: node.position, &mistakes)
        table.name = id.map { "[[signer]] '\($0)'" } ?? table.name
        let expected = "an Ed25519 public key in base64, as 'hubctl sign --new-key' or 'openssl pkey -pubout' prints it"
        var key: [UInt8]?
        if let node = table.required("public_key", expected, &mistakes) {
            if case .string(let text) = node.value { key = SignerSettings.publicKey(text) }
            if key == nil {
                mistakes.append(
                    ConfigurationMistake(at: node.position, "'public_key' is no such key; expected \(expected)"))
            }
        }
        var rights: Set<SignerRight> = []
        for (text, position) in table.strings("may", &mistakes) {
            if let right = SignerRight(rawValue: text) {
                rights.insert(right)
            } else {
                let known = SignerRight.allCases.map(\.rawValue)
                mistakes.append(
                    ConfigurationMistake(
                        at: position, "'may' has \"\(text)\"; expected \(known.joined(separator: ", "))",
                        hint: NearMiss.hint(text, among: known)))
            }
        }
        table.finish(&mistakes)
        guard let id, let key else { return nil }
        return SignerSettings(id: id, publicKey: key, rights: rights)
    }
}
