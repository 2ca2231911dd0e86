// TOML by toml++ (a C++ library), as C sees it: the document as a walk over its nodes, each with its place.
#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ctoml_kind {
    CTOML_TABLE_BEGIN,
    CTOML_TABLE_END,
    CTOML_ARRAY_BEGIN,
    CTOML_ARRAY_END,
    CTOML_STRING,
    CTOML_INTEGER,
    CTOML_DOUBLE,
    CTOML_BOOLEAN,
    CTOML_TIME,
};

// One step of the walk. `key` is null within arrays, at the root and at the end of a table or array.
// Text is UTF-8, not terminated, and valid during the call only. Lines and columns begin at 1.
struct ctoml_node {
    enum ctoml_kind kind;
    const char *key;
    size_t key_length;
    uint32_t key_line;
    uint32_t key_column;
    uint32_t line;
    uint32_t column;
    const char *string;
    size_t string_length;
    int64_t integer;
    double number;
};

typedef void (*ctoml_visit)(void *context, const struct ctoml_node *node);

struct ctoml_error {
    char text[256];
    uint32_t line;
    uint32_t column;
};

// Walks the document in `text`; 0, or -1 with `error` filled where it is not TOML. Nothing was visited then.
int ctoml_walk(const char *text, size_t length, ctoml_visit visit, void *context, struct ctoml_error *error);

#ifdef __cplusplus
}
#endif

#endif
