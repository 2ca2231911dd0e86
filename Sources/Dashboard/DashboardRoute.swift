/// Which answer a request gets: decided by method, host and path alone.
enum DashboardRoute: Hashable {
    /// A file of the page.
    case asset(DashboardAsset)
    /// Everything that is true now, as JSON.
    case state
    /// The stream of what changes.
    case live
    /// Numbers for a monitoring system.
    case metrics
    /// Nothing here: the status (RFC 9110, section 15) and a sentence for whoever reads it.
    case refused(status: UInt32, String)

    /// The route of a request. `hosts` are the names that the dashboard answers to besides those of the machine itself:
    /// a page of another site, whose name was made to point here, gets nothing (DNS rebinding).
    init(method: String, path: String, host: String?, hosts: Set<String>) {
        guard method == "GET" || method == "HEAD" else {
            self = .refused(status: 405, "This page can only be looked at; use GET.")
            return
        }
        guard let host, Self.own.union(hosts).contains(Self.name(of: host)) else {
            self = .refused(
                status: 421, "The dashboard does not answer to this name; add it to 'hosts' in [dashboard].")
            return
        }
        switch path {
        case "/state.json": self = .state
        case "/live": self = .live
        case "/metrics": self = .metrics
        case _:
            if let asset = DashboardAsset.all.first(where: { $0.path == path }) {
                self = .asset(asset)
            } else {
                self = .refused(status: 404, "There is no such page; the dashboard is at /.")
            }
        }
    }

    private static let own: Set<String> = ["localhost", "127.0.0.1"]

    /// The field `Host` without its port (RFC 9110, section 7.2), in lower case.
    private static func name(of host: String) -> String {
        let name = host.lowercased()
        guard let colon = name.lastIndex(of: ":") else { return name }
        return String(name[..<colon])
    }
}

/// A file of the page, as it is sent.
struct DashboardAsset: Hashable {
    let path: String
    let mediaType: String
    let text: String

    /// All files.
    static let all = [
        DashboardAsset(path: "/", mediaType: "text/html; charset=utf-8", text: page),
        DashboardAsset(path: "/dashboard.css", mediaType: "text/css; charset=utf-8", text: style),
        DashboardAsset(path: "/dashboard.js", mediaType: "text/javascript; charset=utf-8", text: script),
    ]
}
