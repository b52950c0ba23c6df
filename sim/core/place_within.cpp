#include <fstream>
#include <string>
#include <string_view>

#include "sim/core/document.hpp"

namespace apical {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Walks over a TOML string as it stands in its file, beside what it says.
class Walk {
   public:
    Walk(std::string_view file, Place at) : file_(file), at_(std::move(at)) {}

    /// To the beginning of a string, at a line and column. False if there is none.
    bool to_string() {
        const Place goal = at_;
        at_.line = at_.column = 1;
        while (at_.line < goal.line || (at_.line == goal.line && at_.column < goal.column)) {
            if (next_ == file_.size() || at_.line > goal.line) return false;
            step();
        }
        for (const std::string_view quote : {R"(""")", "'''", "\"", "'"}) {
            if (!file_.substr(next_).starts_with(quote)) continue;
            quote_ = quote;
            for (std::size_t k = 0; k < quote.size(); ++k) step();
            if (quote.size() == 3 && next_ < file_.size() && file_[next_] == '\r') step();
            if (quote.size() == 3 && next_ < file_.size() && file_[next_] == '\n') step();
            return true;
        }
        return false;
    }

    /// Over one byte of what the string says. False if that is not what stands there.
    bool over(char said) {
        skip_ends_of_lines();
        if (next_ == file_.size()) return false;
        if (quote_.front() == '"' && file_[next_] == '\\') {
            // Of escapes, those of what an expression may have: others end the walk.
            const std::string_view escaped = file_.substr(next_ + 1, 1);
            const bool is_same = (escaped == "t" && said == '\t') || (escaped == "n" && said == '\n') ||
                                 (escaped == "\"" && said == '"') || (escaped == "\\" && said == '\\');
            if (!is_same) return false;
            step();
        } else if (file_[next_] != said) {
            return false;
        }
        step();
        return true;
    }

    /// The place of the next byte.
    Place place() {
        skip_ends_of_lines();
        return at_;
    }

   private:
    /// A backslash at the end of a line takes that, and what is blank behind it.
    void skip_ends_of_lines() {
        if (quote_ != R"(""")") return;
        while (file_.substr(next_).starts_with("\\\n") || file_.substr(next_).starts_with("\\\r\n")) {
            step();
            while (next_ < file_.size() && std::string_view(" \t\r\n").find(file_[next_]) != std::string_view::npos)
                step();
        }
    }
    void step() {
        const char c = file_[next_++];
        if (c == '\n') {
            ++at_.line;
            at_.column = 1;
        } else if (next_ == file_.size() || !continues_character(file_[next_])) {
            ++at_.column;
        }
    }

    std::string_view file_, quote_;
    std::size_t next_ = 0;
    Place at_;
};

}  // namespace

Place place_within(const Node& string, std::size_t offset) {
    const auto* const said = std::get_if<std::string>(&string.value);
    std::ifstream stream(string.place.file, std::ios::binary);
    if (said == nullptr || string.place.line == 0 || !stream) return string.place;
    const std::string file{std::istreambuf_iterator<char>(stream), {}};
    Walk walk(file, string.place);
    if (!walk.to_string()) return string.place;
    Place found = string.place;
    for (std::size_t k = 0; k < said->size(); ++k) {
        if (k == offset) found = walk.place();
        if (!walk.over((*said)[k])) return string.place;
    }
    return offset >= said->size() ? walk.place() : found;
}

}  // namespace apical
