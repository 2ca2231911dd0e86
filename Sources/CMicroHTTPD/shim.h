#include <microhttpd.h>

// Swift does not import functions with a variable number of arguments, and a daemon is started by one.

/// Starts a server without a thread of its own on a listening socket, which it closes in the end: whoever drives it
/// waits on `server_descriptor` and calls MHD_run. Returns NULL where there is no memory or no descriptor left.
static inline struct MHD_Daemon *server_start(int listener, unsigned int connections, unsigned int timeout_seconds,
                                              size_t connection_memory, MHD_AccessHandlerCallback handler,
                                              void *context) {
    return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, handler, context,
                            MHD_OPTION_LISTEN_SOCKET, listener,
                            MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
                            MHD_OPTION_END);
}

/// The descriptor that is readable while the server has something to do; negative where there is none.
static inline int server_descriptor(struct MHD_Daemon *server) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}
