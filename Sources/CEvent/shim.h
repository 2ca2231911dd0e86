// Before libevent's own headers, which ask the C library for more than Swift's Glibc module has of it: the same type
// would be two.
#include <sys/types.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
