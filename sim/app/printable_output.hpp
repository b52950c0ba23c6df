#pragma once
#include <ostream>
#include <streambuf>
#include <string>

namespace apical {

/// While it lives, what is written to a stream reaches it a line at a time, made printable (sim/core/printable.hpp):
/// names in files and texts of other people are not commands to the terminal.
class PrintableOutput : private std::streambuf {
   public:
    explicit PrintableOutput(std::ostream& stream) : stream_(stream), target_(stream.rdbuf(this)) {}
    ~PrintableOutput() override;
    PrintableOutput(const PrintableOutput&) = delete;
    PrintableOutput& operator=(const PrintableOutput&) = delete;

   private:
    int_type overflow(int_type character) override;
    int sync() override;
    bool pass_line_on();

    std::ostream& stream_;
    std::streambuf* target_;
    std::string line_;
};

}  // namespace apical
