internal import CMosquitto
internal import Glibc

/// A list of MQTT 5 properties with one owner.
struct PropertyList: ~Copyable {
    private(set) var list: OpaquePointer?
    /// libmosquitto's code for the first property it did not take (bad UTF-8, too long).
    private(set) var failure: CInt?

    init() {}

    deinit {
        var list = list
        mosquitto_property_free_all(&list)
    }

    mutating func add(_ property: mqtt5_property, _ value: UInt32) {
        note(mosquitto_property_add_int32(&list, CInt(property.rawValue), value))
    }

    mutating func add(_ property: mqtt5_property, _ value: String) {
        note(mosquitto_property_add_string(&list, CInt(property.rawValue), value))
    }

    mutating func add(_ property: mqtt5_property, _ value: [UInt8]) {
        guard let count = UInt16(exactly: value.count) else {
            return note(MOSQ_ERR_PAYLOAD_SIZE.rawValue)
        }
        note(mosquitto_property_add_binary(&list, CInt(property.rawValue), value, count))
    }

    private mutating func note(_ code: CInt) {
        if code != MOSQ_ERR_SUCCESS.rawValue, failure == nil { failure = code }
    }

    /// The first string of the kind `property` in a list that libmosquitto owns.
    static func string(_ list: OpaquePointer?, _ property: mqtt5_property) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard list != nil,
            mosquitto_property_read_string(list, CInt(property.rawValue), &value, false) != nil,
            let value
        else { return nil }
        defer { free(value) }
        return String(cString: value)
    }

    /// The first binary data of the kind `property` in a list that libmosquitto owns.
    static func binary(_ list: OpaquePointer?, _ property: mqtt5_property) -> [UInt8]? {
        var value: UnsafeMutableRawPointer?
        var count: UInt16 = 0
        guard list != nil,
            mosquitto_property_read_binary(list, CInt(property.rawValue), &value, &count, false) != nil
        else { return nil }
        defer { free(value) }
        return Array(UnsafeRawBufferPointer(start: value, count: Int(count)))
    }
}
