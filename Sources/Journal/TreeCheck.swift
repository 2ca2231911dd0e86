/// The bounded check of a b-tree's right edge: the pages that lead to the newest rows (sqlite.org/fileformat2.html).
///
/// SQLite finds most damage when it reads a page, but not a pointer that leads to another sound page, nor a count of
/// cells that is too small: rows are then simply not there, and the next one would get a number that was used before.
/// So every page from the root to the last leaf is accounted for to the byte, its keys must follow those of its parent,
/// and the pointer map must name the same parent. Three or four pages, however many rows there are.
struct TreeCheck {
    private let pageSize: Int
    private let pageCount: UInt32
    private let read: (_ page: UInt32) throws(FileProblem) -> [UInt8]

    private static let maximumDepth = 20
    private static let interior: UInt8 = 5
    private static let leaf: UInt8 = 13

    /// `read` gives a whole page of the file by its number, from 1.
    init(pageSize: Int, pageCount: UInt32, read: @escaping (UInt32) throws(FileProblem) -> [UInt8]) {
        self.pageSize = pageSize
        self.pageCount = pageCount
        self.read = read
    }

    /// The greatest key of the table whose root is that page; `nil` for an empty table.
    func lastKey(root: UInt32) throws(FileProblem) -> Int64? {
        try checkPointerMap(of: root, type: 1, parent: 0)
        var page = root
        var least: Int64?
        for _ in 0..<Self.maximumDepth {
            let found = try check(page, keysAbove: least)
            guard let next = found.rightMost else { return found.lastKey }
            guard let last = found.lastKey else { throw .damaged("page \(page) leads to one page and has no key") }
            try checkPointerMap(of: next, type: 5, parent: page)
            least = last
            page = next
        }
        throw .damaged("its tree is deeper than any")
    }

    /// The first page of free pages: each it names must be free, or a page in use would be written over.
    func checkFreePages() throws(FileProblem) {
        let header = try read(1)
        let first = Self.number(header, 32, 4)
        let count = Self.number(header, 36, 4)
        guard (first == 0) == (count == 0), count < Int(pageCount) else {
            throw .damaged("its list of free pages is damaged")
        }
        guard first != 0 else { return }
        try checkPointerMap(of: UInt32(first), type: 2, parent: 0)
        let trunk = try read(UInt32(first))
        let named = Self.number(trunk, 4, 4)
        guard named <= pageSize / 4 - 2, named < count else { throw .damaged("its list of free pages is damaged") }
        for index in 0..<named {
            try checkPointerMap(of: UInt32(Self.number(trunk, 8 + 4 * index, 4)), type: 2, parent: 0)
        }
    }

    // MARK: One page

    private func check(
        _ page: UInt32, keysAbove least: Int64?
    ) throws(FileProblem) -> (lastKey: Int64?, rightMost: UInt32?) {
        let bytes = try read(page)
        let type = bytes[0]
        guard type == Self.interior || type == Self.leaf else { throw .damaged("page \(page) is no page of its table") }
        let header = type == Self.interior ? 12 : 8
        let cells = Self.number(bytes, 3, 2)
        let pointersEnd = header + 2 * cells
        let start = Self.number(bytes, 5, 2)
        let content = start == 0 ? 65_536 : start
        guard pointersEnd <= content, content <= pageSize else {
            throw .damaged("page \(page) counts its cells wrongly")
        }
        var used: [Range<Int>] = []
        var last = least
        for index in 0..<cells {
            let place = Self.number(bytes, header + 2 * index, 2)
            let (key, size) = try cell(bytes, at: place, type: type, page)
            guard place >= content, place + size <= pageSize, last.map({ key > $0 }) ?? true else {
                throw .damaged("page \(page) has a row where none can be")
            }
            last = key
            used.append(place..<place + size)
        }
        var block = Self.number(bytes, 1, 2)
        while block != 0 {
            guard block >= content, block + 4 <= pageSize else { throw .damaged("page \(page) has lost free bytes") }
            let next = Self.number(bytes, block, 2)
            let size = Self.number(bytes, block + 2, 2)
            guard size >= 4, block + size <= pageSize, next == 0 || next > block else {
                throw .damaged("page \(page) has lost free bytes")
            }
            used.append(block..<block + size)
            block = next
        }
        var position = content
        var fragments = 0
        for range in used.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard range.lowerBound >= position else { throw .damaged("page \(page) uses bytes twice") }
            fragments += range.lowerBound - position
            position = range.upperBound
        }
        fragments += pageSize - position
        guard fragments == Int(bytes[7]) else { throw .damaged("page \(page) has bytes that nothing leads to") }
        let rightMost = type == Self.interior ? UInt32(Self.number(bytes, 8, 4)) : nil
        return (cells > 0 ? last : nil, rightMost)
    }

    /// Key and size of a cell.
    private func cell(
        _ bytes: [UInt8], at place: Int, type: UInt8, _ page: UInt32
    ) throws(FileProblem) -> (key: Int64, size: Int) {
        guard place >= 8, place + 4 <= pageSize else { throw .damaged("page \(page) has a row where none can be") }
        if type == Self.interior {
            let (key, length) = Self.varint(bytes, place + 4)
            return (key, 4 + length)
        }
        let (payload, payloadLength) = Self.varint(bytes, place)
        let (key, keyLength) = Self.varint(bytes, place + payloadLength)
        guard payload >= 0, payload < 1 << 31 else { throw .damaged("page \(page) has a row of impossible size") }
        return (key, max(payloadLength + keyLength + local(Int(payload)), 4))
    }

    /// How many bytes of a payload are in its leaf, with the pointer to the rest (1.6 of the file format).
    private func local(_ payload: Int) -> Int {
        guard payload > pageSize - 35 else { return payload }
        let least = (pageSize - 12) * 32 / 255 - 23
        let fitting = least + (payload - least) % (pageSize - 4)
        return (fitting <= pageSize - 35 ? fitting : least) + 4
    }

    // MARK: Pointer map

    /// Checks the entry of a page in the pointer map (1.8 of the file format).
    private func checkPointerMap(of page: UInt32, type: UInt8, parent: UInt32) throws(FileProblem) {
        let perMap = UInt32(pageSize / 5) + 1
        guard page > 2, page <= pageCount else { throw .damaged("page \(page) does not exist") }
        var map = (page - 2) / perMap * perMap + 2
        // The page with the lock byte at 1 GiB is never used.
        if map == UInt32(0x4000_0000 / pageSize) + 1 { map += 1 }
        guard page > map else { throw .damaged("page \(page) is none of a table") }
        let entry = try read(map)
        let offset = Int(page - map - 1) * 5
        guard offset + 5 <= pageSize, entry[offset] == type, Self.number(entry, offset + 1, 4) == Int(parent) else {
            throw .damaged("page \(page) is not where it is said to be")
        }
    }

    // MARK: Numbers

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int {
        bytes[offset..<offset + size].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A number of 1 to 9 bytes, and how many it takes. What lies behind the page counts as zero.
    private static func varint(_ bytes: [UInt8], _ offset: Int) -> (value: Int64, length: Int) {
        var value: UInt64 = 0
        for index in 0..<9 {
            let byte = offset + index < bytes.count ? bytes[offset + index] : 0
            if index == 8 { return (Int64(bitPattern: value << 8 | UInt64(byte)), 9) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte & 0x80 == 0 { return (Int64(bitPattern: value), index + 1) }
        }
        return (Int64(bitPattern: value), 9)
    }
}
