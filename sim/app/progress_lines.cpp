#include "sim/app/progress_lines.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "sim/core/printable.hpp"
#include "sim/record/file_size.hpp"

namespace apical {

std::string duration(double seconds) {
    if (seconds < 60) return fmt::format("{:.0f} s", seconds);
    const auto whole = static_cast<long>(seconds);
    if (whole < 3600) return fmt::format("{}:{:02d} min", whole / 60, whole % 60);
    return fmt::format("{}:{:02d} h", whole / 3600, whole / 60 % 60);
}

namespace {

using Clock = std::chrono::steady_clock;

/// Where the clock is, in its own units.
std::string shown_time(const Standing& standing, std::uint64_t now) {
    return fmt::format("{:.4g} s", 1e-3 * standing.step * static_cast<double>(now));
}

std::string measured(const Standing& standing) {
    std::string text = standing.events_left > 0 ? fmt::format("development, {} events to go", standing.events_left)
                                                : fmt::format("epoch {:.1f}", standing.epochs);
    if (standing.loss) text += fmt::format(", loss {:.4g}", *standing.loss);
    if (standing.test_accuracy) text += fmt::format(", test {:.2f} %", 100 * *standing.test_accuracy);
    if (standing.cosine && std::isfinite(*standing.cosine)) text += fmt::format(", cosine {:.3f}", *standing.cosine);
    return text;
}

void print(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

/// Warnings only.
class Quiet : public Progress {
   public:
    void show(const Standing&) override {}
    void note(const std::string& line) override {
        if (line.starts_with("warning")) print("apical: " + printable(line) + "\n");
    }
};

/// Shows at most once an interval, and keeps the time.
class Timed : public Progress {
   public:
    explicit Timed(std::chrono::milliseconds interval) : interval_(interval) {}
    void show(const Standing& standing) override {
        const auto now = Clock::now();
        if (begin_at_ == ~std::uint64_t{0} || standing.events_left > 0) {
            begin_at_ = standing.now;
            begin_ = now;
        }
        last_ = standing;
        if (now - shown_ < interval_) return;
        shown_ = now;
        draw(standing);
    }

   protected:
    virtual void draw(const Standing& standing) = 0;
    const Standing& last() const { return last_; }
    bool has_shown() const { return begin_at_ != ~std::uint64_t{0}; }
    /// How it goes: what was measured last, or how fast time goes by, as wall time over simulated time.
    std::string state(const Standing& standing) const {
        if (standing.step == 0) return measured(standing);
        const double simulated = 1e-3 * standing.step * static_cast<double>(standing.now - begin_at_);
        const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
        return fmt::format("real-time factor {}{}", simulated > 0 ? fmt::format("{:.3g}", seconds / simulated) : "?",
                           standing.bytes > 0 ? fmt::format(", {} of spikes a simulated second",
                                                            readable_size(std::llround(standing.bytes)))
                                              : "");
    }
    /// Of this part of the run: a resumed run has not done what was before it.
    std::string time_left(const Standing& standing) const {
        const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
        const auto done = static_cast<double>(standing.now - begin_at_);
        if (done == 0) return "?";
        return duration(seconds * static_cast<double>(standing.end - standing.now) / done);
    }

   private:
    std::chrono::milliseconds interval_;
    Clock::time_point begin_ = Clock::now(), shown_ = Clock::now();
    std::uint64_t begin_at_ = ~std::uint64_t{0};
    Standing last_;
};

class Bar final : public Timed {
   public:
    Bar() : Timed(std::chrono::milliseconds(100)) {}
    void note(const std::string& line) override { print("\r\033[K" + printable(line) + "\n"); }
    void end() override {
        if (has_shown()) draw(last());
        print("\n");
    }

   private:
    void draw(const Standing& standing) override {
        constexpr std::size_t width = 30;
        const double part = static_cast<double>(standing.now) / static_cast<double>(standing.end);
        const auto full = std::min(width, static_cast<std::size_t>(part * width));
        const std::string time = standing.step > 0 ? shown_time(standing, standing.now) + ", " : "";
        print(fmt::format("\r\033[K[{}{}] {:3.0f} %  {}{}, {} left", std::string(full, '#'),
                          std::string(width - full, '.'), 100 * part, time, state(standing), time_left(standing)));
    }
};

class Lines final : public Timed {
   public:
    Lines() : Timed(std::chrono::seconds(10)) {}
    void note(const std::string& line) override { print(printable(line) + "\n"); }
    void end() override {
        if (has_shown()) draw(last());
    }

   private:
    void draw(const Standing& standing) override {
        const std::string done = standing.step > 0
                                     ? shown_time(standing, standing.now) + " of " + shown_time(standing, standing.end)
                                     : fmt::format("{} of {} samples", standing.now, standing.end);
        print(fmt::format("{}, {}, {} left\n", done, state(standing), time_left(standing)));
    }
};

}  // namespace

std::unique_ptr<Progress> make_progress(const std::string& kind) {
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    if (kind == "none") return std::make_unique<Quiet>();
    if (kind == "bar" || (kind == "auto" && terminal)) return std::make_unique<Bar>();
    return std::make_unique<Lines>();
}

}  // namespace apical
