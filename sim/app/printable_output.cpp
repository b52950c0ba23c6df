#include "sim/app/printable_output.hpp"

#include "sim/core/printable.hpp"

namespace apical {

PrintableOutput::~PrintableOutput() {
    pass_line_on();
    target_->pubsync();
    stream_.rdbuf(target_);
}

PrintableOutput::int_type PrintableOutput::overflow(int_type character) {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    line_ += traits_type::to_char_type(character);
    if (line_.back() == '\n' && !pass_line_on()) return traits_type::eof();
    return character;
}

int PrintableOutput::sync() { return pass_line_on() && target_->pubsync() == 0 ? 0 : -1; }

bool PrintableOutput::pass_line_on() {
    const std::string text = printable(line_, "\n\t");
    line_.clear();
    const auto size = static_cast<std::streamsize>(text.size());
    return target_->sputn(text.data(), size) == size;
}

}  // namespace apical
