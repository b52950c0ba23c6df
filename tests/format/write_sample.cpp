// Writes one file as a run does, for other tools to open: write_sample PATH [uncompressed]
#include <cmath>
#include <cstdio>
#include <exception>

#include "sim/record/hdf5_sink.hpp"
#include "tests/unit/record/sample_series.hpp"

using namespace apical;
using namespace apical::test;

int main(int argc, char** argv) try {
    Hdf5Sink::Options options;
    options.path = argc > 1 ? argv[1] : "";
    options.force = true;
    options.compress_at_close = argc == 2;
    Hdf5Sink sink(options);
    sink.text("/config", "seed = 1\nname = \"\xCE\xB3\"\n");
    const auto metrics_id = sink.open(metrics());
    const auto weights_id = sink.open(weights(3, 5));
    Series recurrent = weights(4, 4);
    recurrent.group = "/weights/recurrent";
    recurrent.axes.pop_back();
    recurrent.variables[0].axes = {"post", "post"};
    const auto recurrent_id = sink.open(recurrent);
    Series trace{"/trace/soma",
                 {"time", "ms", "time since the start", {}},
                 {{"unit", "1", "cell", counted(2)}, {"lane", "1", "lane", counted(3)}},
                 {{"v", "mV", "somatic potential", {"unit", "lane"}}, {"g", "nS", "conductance", {"unit"}}}};
    trace.storage = Storage::float64;
    const auto trace_id = sink.open(trace);
    const auto spikes_id = sink.open(spikes_of("E"));
    sink.open(spikes_of("silent"));
    append_rows(sink, metrics_id, 0, 100, 2);
    append_spikes(sink, spikes_id, 0, 30000);
    append_rows(sink, weights_id, 0, 10, 15);
    append_rows(sink, recurrent_id, 0, 10, 16);
    append_rows(sink, trace_id, 0, 50, 8);
    sink.write({"/final",
                {{"post", "1", "postsynaptic unit", counted(30)}, {"pre", "1", "presynaptic unit", counted(500)}},
                {"W1", "nS", "weights from input to hidden", {"post", "pre"}},
                row_of(0, 15000)});
    sink.attribute("/provenance", "host", "here");
    std::fputs(sink.finish().c_str(), stderr);
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
