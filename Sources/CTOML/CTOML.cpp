#include "CTOML.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

// Input must not end the process: where toml++ asserts what some input breaks (3.3 does for "[`"), it is a mistake in that
// input, whatever NDEBUG says.
struct broken_assumption : std::exception {
    const char *what() const noexcept override { return "this is not TOML"; }
};
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : throw broken_assumption())
#undef NDEBUG
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace {

struct Walker {
    ctoml_visit visit;
    void *context;

    void step(ctoml_node node) const { visit(context, &node); }

    static ctoml_node at(ctoml_kind kind, const toml::node &value, const toml::key *key) {
        ctoml_node node{};
        node.kind = kind;
        node.line = value.source().begin.line;
        node.column = value.source().begin.column;
        if (key != nullptr) {
            node.key = key->str().data();
            node.key_length = key->str().size();
            node.key_line = key->source().begin.line;
            node.key_column = key->source().begin.column;
        }
        return node;
    }

    void walk(const toml::node &value, const toml::key *key) const {
        if (const auto *table = value.as_table()) {
            step(at(CTOML_TABLE_BEGIN, value, key));
            // toml++ sorts keys by name; a person reads them in the order of the file.
            std::vector<std::pair<const toml::key *, const toml::node *>> entries;
            for (auto &&[name, child] : *table) entries.emplace_back(&name, &child);
            std::sort(entries.begin(), entries.end(), [](const auto &left, const auto &right) {
                const auto a = left.first->source().begin, b = right.first->source().begin;
                return a.line != b.line ? a.line < b.line : a.column < b.column;
            });
            for (const auto &[name, child] : entries) walk(*child, name);
            step(at(CTOML_TABLE_END, value, nullptr));
        } else if (const auto *array = value.as_array()) {
            step(at(CTOML_ARRAY_BEGIN, value, key));
            for (const auto &child : *array) walk(child, nullptr);
            step(at(CTOML_ARRAY_END, value, nullptr));
        } else if (const auto *text = value.as_string()) {
            auto node = at(CTOML_STRING, value, key);
            node.string = text->get().data();
            node.string_length = text->get().size();
            step(node);
        } else if (const auto *integer = value.as_integer()) {
            auto node = at(CTOML_INTEGER, value, key);
            node.integer = integer->get();
            step(node);
        } else if (const auto *number = value.as_floating_point()) {
            auto node = at(CTOML_DOUBLE, value, key);
            node.number = number->get();
            step(node);
        } else if (const auto *boolean = value.as_boolean()) {
            auto node = at(CTOML_BOOLEAN, value, key);
            node.integer = boolean->get() ? 1 : 0;
            step(node);
        } else {
            step(at(CTOML_TIME, value, key));
        }
    }
};

// The first line whose end cannot be read: what comes before it can, or is a mistake that toml++ tells.
size_t line_of_assumption(const std::string_view text) {
    size_t line = 0, end = 0;
    while (end < text.size()) {
        line++;
        const size_t newline = text.find('\n', end);
        end = newline == std::string_view::npos ? text.size() : newline + 1;
        try {
            static_cast<void>(toml::parse(text.substr(0, end)));
        } catch (const broken_assumption &) {
            break;
        } catch (const std::exception &) {
        }
    }
    return std::max<size_t>(line, 1);
}

void copy(const std::string_view text, ctoml_error *error) {
    const size_t length = std::min(text.size(), sizeof error->text - 1);
    std::memcpy(error->text, text.data(), length);
    error->text[length] = '\0';
}

}  // namespace

extern "C" int ctoml_walk(
    const char *text, size_t length, ctoml_visit visit, void *context, struct ctoml_error *error) {
    try {
        const toml::table root = toml::parse(std::string_view(text, length));
        Walker{visit, context}.walk(root, nullptr);
        return 0;
    } catch (const toml::parse_error &failure) {
        copy(failure.description(), error);
        error->line = failure.source().begin.line;
        error->column = failure.source().begin.column;
    } catch (const broken_assumption &failure) {
        copy(failure.what(), error);
        error->line = static_cast<decltype(error->line)>(line_of_assumption(std::string_view(text, length)));
        error->column = 1;
    } catch (const std::exception &failure) {
        copy(failure.what(), error);
        error->line = 1;
        error->column = 1;
    }
    return -1;
}
