internal import CTOML
internal import HubConfiguration

/// A TOML document as a tree of nodes, each with its place in the text (TOML 1.0; parsed by toml++).
enum TOMLDocument {
    /// The tree, or where the text is not TOML.
    static func parse(_ text: [UInt8]) throws(ConfigurationMistake) -> ConfigurationNode {
        let builder = TreeBuilder()
        var failure = ctoml_error()
        let code = text.withUnsafeBytes { bytes in
            ctoml_walk(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, visit,
                Unmanaged.passUnretained(builder).toOpaque(), &failure)
        }
        guard code == 0, let root = builder.root else {
            let reason = withUnsafeBytes(of: failure.text) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            throw ConfigurationMistake(
                at: SourcePosition(line: Int(failure.line), column: Int(failure.column)), "this is not TOML: \(reason)")
        }
        return root
    }
}

/// Builds the tree from the walk over its nodes.
private final class TreeBuilder {
    private enum Container {
        case table([ConfigurationNode.Entry])
        case array([ConfigurationNode])
    }

    private struct Frame {
        var container: Container
        let key: (name: String, position: SourcePosition)?
        let position: SourcePosition
    }

    private var frames: [Frame] = []
    var root: ConfigurationNode?

    func step(_ node: ctoml_node) {
        let position = SourcePosition(line: max(Int(node.line), 1), column: max(Int(node.column), 1))
        let key = node.key.map {
            (
                name: Self.text($0, node.key_length),
                position: SourcePosition(line: Int(node.key_line), column: Int(node.key_column))
            )
        }
        switch node.kind {
        case CTOML_TABLE_BEGIN: frames.append(Frame(container: .table([]), key: key, position: position))
        case CTOML_ARRAY_BEGIN: frames.append(Frame(container: .array([]), key: key, position: position))
        case CTOML_TABLE_END, CTOML_ARRAY_END:
            guard let frame = frames.popLast() else { return }
            switch frame.container {
            case .table(let entries): add(.table(entries), key: frame.key, at: frame.position)
            case .array(let elements): add(.array(elements), key: frame.key, at: frame.position)
            }
        case CTOML_STRING:
            add(.string(node.string.map { Self.text($0, node.string_length) } ?? ""), key: key, at: position)
        case CTOML_INTEGER: add(.integer(node.integer), key: key, at: position)
        case CTOML_DOUBLE: add(.double(node.number), key: key, at: position)
        case CTOML_BOOLEAN: add(.boolean(node.integer != 0), key: key, at: position)
        // CTOML_TIME, the last kind of the C enumeration.
        case _: add(.time, key: key, at: position)
        }
    }

    private func add(
        _ value: ConfigurationNode.Value, key: (name: String, position: SourcePosition)?, at position: SourcePosition
    ) {
        let node = ConfigurationNode(value, at: position)
        guard var frame = frames.popLast() else {
            root = node
            return
        }
        switch frame.container {
        case .table(var entries):
            if let key {
                entries.append(ConfigurationNode.Entry(key: key.name, position: key.position, node: node))
            }
            frame.container = .table(entries)
        case .array(var elements):
            elements.append(node)
            frame.container = .array(elements)
        }
        frames.append(frame)
    }

    private static func text(_ start: UnsafePointer<CChar>, _ length: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
    }
}

// A free function, so that the C callback belongs to no actor.
private func visit(_ context: UnsafeMutableRawPointer?, _ node: UnsafePointer<ctoml_node>?) {
    guard let context, let node else { return }
    Unmanaged<TreeBuilder>.fromOpaque(context).takeUnretainedValue().step(node.pointee)
}
