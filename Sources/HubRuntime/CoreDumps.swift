internal import CLinux
internal import Glibc

/// Memory images of the daemon would hold card numbers and keys.
public enum CoreDumps {
    /// Forbids them for this process: no core file (getrlimit(2), RLIMIT_CORE), nor one taken by a core handler or a
    /// debugger of the same account (prctl(2), PR_SET_DUMPABLE). Returns whether both took effect.
    public static func forbid() -> Bool {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        let isLimited = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
        return clinux_forbid_dumps() == 0 && isLimited
    }
}
