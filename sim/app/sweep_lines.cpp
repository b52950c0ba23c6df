#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "sim/app/progress_lines.hpp"
#include "sim/core/printable.hpp"

namespace apical {
namespace {

std::string line_of(const SweepStanding& standing) {
    std::string text = fmt::format("{} of {} runs done", standing.done, standing.runs);
    if (standing.failed > 0) text += fmt::format(", {} failed", standing.failed);
    if (standing.interrupted > 0) text += fmt::format(", {} interrupted", standing.interrupted);
    text += fmt::format(", {} running", standing.running);
    return text + ", " + (standing.seconds_left ? duration(*standing.seconds_left) : "?") + " left";
}

void print(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

/// Warnings only.
class Quiet final : public SweepProgress {
   public:
    void show(const SweepStanding&) override {}
    void note(const std::string&) override {}
    void warn(const std::string& line) override { print("apical: " + printable(line) + "\n"); }
};

class Bar final : public SweepProgress {
   public:
    void show(const SweepStanding& standing) override {
        constexpr std::uint64_t width = 30;
        const std::uint64_t ended = standing.done + standing.failed + standing.interrupted;
        const std::uint64_t full = standing.runs == 0 ? width : ended * width / standing.runs;
        print(fmt::format("\r\033[K[{}{}] {}", std::string(full, '#'), std::string(width - full, '.'),
                          line_of(standing)));
    }
    void note(const std::string& line) override { print("\r\033[K" + printable(line) + "\n"); }
    void warn(const std::string& line) override { note("apical: " + line); }
    void end() override { print("\n"); }
};

/// A line for every run, and one of the whole every ten seconds.
class Lines final : public SweepProgress {
   public:
    void show(const SweepStanding& standing) override {
        const auto now = std::chrono::steady_clock::now();
        if (now - shown_ < std::chrono::seconds(10)) return;
        shown_ = now;
        print(line_of(standing) + "\n");
    }
    void note(const std::string& line) override { print(printable(line) + "\n"); }
    void warn(const std::string& line) override { note("apical: " + line); }

   private:
    std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<SweepProgress> make_sweep_progress(const std::string& kind) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    if (kind == "none") return std::make_unique<Quiet>();
    if (kind == "bar" || (kind == "auto" && terminal)) return std::make_unique<Bar>();
    return std::make_unique<Lines>();
}

}  // namespace apical
