#include "sim/record/memory_sink.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

TEST_CASE("a memory sink gives back what was recorded, by group and variable") {
    MemorySink sink;
    const auto m = sink.open(metrics()), w = sink.open(weights(3, 5));
    append_rows(sink, m, 0, 4, 2);
    append_rows(sink, w, 0, 2, 15);
    sink.write({"/final", {{"unit", "1", "cell", {0, 1}}}, {"b", "1", "bias", {"unit"}}, {3, 4}});
    sink.attribute("/provenance", "seed", "1");
    sink.text("/config", "x = 1");
    const auto s = sink.open(spikes_of("E"));
    for (const std::uint32_t step : {1U, 2U, 5U}) sink.append_each(s, 0.1 * step, cells_of(step));
    CHECK(sink.rows() == std::vector<std::uint64_t>{4, 2, 4});
    CHECK(sink.time("/spikes/E") == std::vector<double>{0.1, 0.1, 0.2, 0.5});
    CHECK(sink.values("/spikes/E", "node_ids") == std::vector<double>{3, 8, 6, 15});
    CHECK(sink.has("/metrics"));
    CHECK_FALSE(sink.has("/trace"));
    CHECK(sink.time("/metrics") == std::vector<double>{0, 10, 20, 30});
    CHECK(sink.values("/metrics", "error") ==
          std::vector<double>{number(0, 1), number(1, 1), number(2, 1), number(3, 1)});
    CHECK(sink.last("/weights", "W1") == row_of(1, 15));
    CHECK(sink.values("/weights", "W1").size() == 30);
    CHECK(sink.series("/weights").variables[0].unit == "nS");
    CHECK(sink.field("/final", "b").values == std::vector<double>{3, 4});
    CHECK(std::as_const(sink).attribute("/provenance", "seed") == "1");
    CHECK(std::as_const(sink).text("/config") == "x = 1");
}
