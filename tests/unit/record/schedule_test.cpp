#include "sim/record/schedule.hpp"

#include "tests/support/catch.hpp"

using namespace apical;

namespace {

const Ticks samples{1000, 250, 0};
const Ticks steps{1000, 0, 0.1};

/// The ticks at which a run that goes to `end` in strides records.
std::vector<std::uint64_t> recorded(const Schedule& schedule, std::uint64_t end, std::uint64_t stride) {
    std::vector<std::uint64_t> result;
    if (schedule.at_start()) result.push_back(0);
    for (std::uint64_t tick = 0; tick < end;) {
        const std::uint64_t next = std::min(end, tick + stride);
        if (schedule.due(tick, next)) result.push_back(next);
        tick = next;
    }
    return result;
}

using Ticklist = std::vector<std::uint64_t>;

/// The first ticks of the stretches whose onset is due.
Ticklist onsets(const Schedule& schedule, std::uint64_t end, std::uint64_t stride) {
    Ticklist result;
    for (std::uint64_t tick = 0; tick < end; tick += stride)
        if (schedule.due_at_onset(tick, std::min(end, tick + stride))) result.push_back(tick);
    return result;
}

}  // namespace

TEST_CASE("a period has an instant at 0 and at its multiples") {
    CHECK(recorded(Schedule::parse("100 samples", samples), 350, 1) == Ticklist{0, 100, 200, 300});
    CHECK(recorded(Schedule::parse("1 epoch", samples), 600, 1) == Ticklist{0, 250, 500});
    CHECK(recorded(Schedule::parse("10 ms", steps), 350, 1) == Ticklist{0, 100, 200, 300});
    CHECK(recorded(Schedule::parse("0.01 s", steps), 250, 1) == Ticklist{0, 100, 200});
}

TEST_CASE("parts of an epoch do not drift") {
    // A third of the instants fall between samples: the next sample is taken.
    const Ticks odd{100, 7, 0};
    CHECK(recorded(Schedule::parse("0.5 epochs", odd), 28, 1) == Ticklist{0, 4, 7, 11, 14, 18, 21, 25, 28});
    const auto tenth = Schedule::parse("0.1 epochs", {0, 60000, 0});
    for (std::uint64_t k = 1; k < 100000; ++k) CHECK_FALSE((tenth.due(6000 * k - 1, 6000 * k) ? 0 : 1));
    CHECK_FALSE(tenth.due(6000, 11999));
}

TEST_CASE("never means never, also at the start") {
    CHECK(recorded(Schedule::parse("never", samples), 1000, 1).empty());
    CHECK(Schedule().rows(1000) == 0);
}

TEST_CASE("start and end are the first and the last tick") {
    CHECK(recorded(Schedule::parse("start and end", samples), 1000, 64) == Ticklist{0, 1000});
}

TEST_CASE("a period may have the end besides") {
    CHECK(recorded(Schedule::parse("2 epochs and end", samples), 1000, 1) == Ticklist{0, 500, 1000});
    CHECK(recorded(Schedule::parse("2 epochs and end", {750, 250, 0}), 750, 1) == Ticklist{0, 500, 750});
    CHECK(recorded(Schedule::parse("300 samples and end", samples), 1000, 64) == Ticklist{0, 320, 640, 960, 1000});
    CHECK(recorded(Schedule::parse("5000 samples and end", samples), 1000, 64) == Ticklist{0, 1000});
}

TEST_CASE("instants may be listed in any order, and twice") {
    CHECK(recorded(Schedule::parse("at 100, 0, 1000, 100 samples", samples), 1000, 1) == Ticklist{0, 100, 1000});
    CHECK(recorded(Schedule::parse("at 0.5, 2 epochs", samples), 1000, 1) == Ticklist{125, 500});
    CHECK(recorded(Schedule::parse("at 1, 2.5 ms", steps), 100, 1) == Ticklist{10, 25});
    CHECK(recorded(Schedule::parse("at 3 samples", samples), 100, 1) == Ticklist{3});
}

TEST_CASE("several instants within one step are one record") {
    CHECK(recorded(Schedule::every(10), 200, 64) == Ticklist{0, 64, 128, 192, 200});
    CHECK(recorded(Schedule::at({1, 2, 64, 65}), 200, 64) == Ticklist{64, 128});
}

TEST_CASE("the number of rows is known before") {
    const std::vector<Schedule> schedules{Schedule(),
                                          Schedule::every(1),
                                          Schedule::every(7),
                                          Schedule::every(64),
                                          Schedule::every(100),
                                          Schedule::every(5000),
                                          Schedule::at({0, 1, 5, 63, 64, 65, 128, 700, 1000, 2000}),
                                          Schedule::parse("0.3 epochs", samples),
                                          Schedule::parse("0.001 epochs", samples),
                                          Schedule::parse("0.5 epochs", {0, 7, 0}),
                                          Schedule::parse("300 samples and end", samples),
                                          Schedule::parse("1 sample and end", samples),
                                          Schedule::parse("40 samples and end", {699, 0, 0})};
    for (std::size_t k = 0; k < schedules.size(); ++k)
        for (const std::uint64_t end : {0, 1, 63, 64, 65, 250, 699, 700, 1000})
            for (const std::uint64_t stride : {1, 3, 64, 75, 250, 2000}) {
                CAPTURE(k, end, stride);
                CHECK(schedules[k].rows(end, stride) == recorded(schedules[k], end, stride).size());
                // In two parts, as when every epoch begins a new stride.
                CHECK(schedules[k].rows_between(0, end / 2, stride) + schedules[k].rows_between(end / 2, end, stride) +
                          (schedules[k].at_start() ? 1 : 0) >=
                      schedules[k].rows(end, stride) - std::min<std::uint64_t>(1, schedules[k].rows(end, stride)));
            }
}

TEST_CASE("what is no schedule is refused with the reason") {
    using Catch::Contains;
    const auto message = [](const std::string& text, const Ticks& ticks) -> std::string {
        try {
            Schedule::parse(text, ticks, {"run.toml", 3, 9}, "record.every");
        } catch (const InputError& error) {
            return error.what();
        }
        return "accepted";
    };
    CHECK_THAT(message("sometimes", samples),
               Contains("run.toml:3:9") && Contains("record.every") && Contains("sometimes"));
    CHECK_THAT(message("100", samples), Contains("unit is missing"));
    CHECK_THAT(message("0 samples", samples), Contains("longer than nothing"));
    CHECK_THAT(message("1.5 samples", samples), Contains("whole"));
    CHECK_THAT(message("-1 samples", samples), Contains("number"));
    CHECK_THAT(message("10 ms", samples), Contains("counted in samples"));
    CHECK_THAT(message("10 samples", steps), Contains("counted in ms"));
    CHECK_THAT(message("0.25 ms", steps), Contains("multiple of the time step, 0.1 ms"));
    CHECK_THAT(message("1 epoch", {1000, 0, 0}), Contains("endless"));
    for (const char* text : {"", " ", "at", "at ", "at , samples", "at 1,,2 samples", "samples", "1e99 ms", "nan ms",
                             "10 mV", "99999999999999999999 samples", "1 e", "ms 10", "at 1 samples, 2"})
        CHECK(message(text, text[0] == '1' || text[0] == 'n' ? steps : samples) != "accepted");
}

TEST_CASE("what begins has the same phase from the first onset on") {
    const Ticks short_run{60, 12, 0};
    CHECK(onsets(Schedule::parse("10 samples", short_run), 60, 1) == Ticklist{0, 10, 20, 30, 40, 50});
    CHECK(onsets(Schedule::parse("1 epoch", short_run), 60, 4) == Ticklist{0, 12, 24, 36, 48});
    CHECK(onsets(Schedule::parse("10 samples and end", short_run), 60, 1) == Ticklist{0, 10, 20, 30, 40, 50, 59});
    CHECK(onsets(Schedule::parse("start and end", short_run), 60, 4) == Ticklist{0, 56});
    CHECK(onsets(Schedule::parse("at 0, 9, 60 samples", short_run), 60, 4) == Ticklist{0, 8, 56});
    CHECK(onsets(Schedule::parse("at 61 samples", short_run), 60, 4).empty());
    CHECK(onsets(Schedule::parse("never", short_run), 60, 4).empty());
    CHECK(Schedule::parse("at 61 samples", short_run).beyond_the_end() == 61);
    CHECK(Schedule::parse("at 60 samples", short_run).beyond_the_end() == 0);
    CHECK(Schedule::parse("7 samples", short_run).beyond_the_end() == 0);
}

TEST_CASE("the number of onsets is known before") {
    for (const char* text : {"never", "1 sample", "7 samples", "64 samples and end", "100 samples",
                             "5000 samples and end", "0.3 epochs", "0.001 epochs", "start and end",
                             "at 0, 1, 5, 63, 64, 65, 700, 999 samples", "at 1000 samples", "at 2000 samples"})
        for (const std::uint64_t stride : {1, 3, 7, 64, 1000, 3000}) {
            const Schedule schedule = Schedule::parse(text, samples);
            CAPTURE(text, stride);
            CHECK(schedule.onsets(1000, stride) == onsets(schedule, 1000, stride).size());
        }
}

TEST_CASE("a period written with \"every\" is shown without") {
    for (const auto& [text, hint] :
         {std::pair{"every epoch", "\"1 epoch\"?"}, {"every 100 samples", "\"100 samples\"?"}}) {
        try {
            Schedule::parse(text, samples, {}, "record.metrics");
            FAIL("accepted: " << text);
        } catch (const InputError& error) {
            CAPTURE(error.what());
            CHECK(error.parts().hint.ends_with(hint));
        }
    }
}
