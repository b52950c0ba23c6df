// Keys that do not go together are refused at their place.
#include "models/self_assembly/spiking_circuit.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

/// The key that is complained about, and the line it stands in. Keys of the circuit begin in line 8.
std::string refused(const std::string& own, const std::string& before = "", Loss loss = Loss::squared_error) {
    const std::string text = "[run]\nstep = \"1 ms\"\npresentation = \"40 ms\"\n" + before +
                             "[circuit]\nmodel = \"spiking_self_assembly\"\nhidden = [3]\n[spiking_self_assembly]\n" +
                             own;
    try {
        self_assembly::spiking::model().build(parse_toml(text, "e.toml"), {4, 2, loss, 100});
    } catch (const InputError& error) {
        CHECK_FALSE(error.parts().expected.empty());
        return error.parts().key + ":" + std::to_string(error.parts().place.line);
    }
    return "accepted";
}

}  // namespace

TEST_CASE("self-assembly with spikes: what cannot be is refused at the place that asks for it") {
    CHECK(refused("") == "accepted");
    CHECK(refused("drive = \"1 1/ms\"\n") == "accepted");
    CHECK(refused("drive = \"1.01 1/ms\"\n") == "spiking_self_assembly.drive:8");
    CHECK(refused("target = \"1.01 1/ms\"\n") == "spiking_self_assembly.target:8");
    for (const char* key : {"delay", "delay_across"}) {
        CAPTURE(key);
        const std::string name = std::string("spiking_self_assembly.") + key + ":8";
        const auto with = [&](const char* value) { return refused(std::string(key) + " = " + value + "\n"); };
        for (const char* fits : {"\"0 ms\"", "\"1 ms\"", "\"0.001 s\"", "\"40 ms\""}) CHECK(with(fits) == "accepted");
        for (const char* not_there :
             {"\"0.5 ms\"", "\"41 ms\"", "\"1e5 ms\"", "\"1e300 ms\"", "\"-1 ms\"", "nan", "inf"})
            CHECK(with(not_there) == name);
    }
    CHECK(refused("error_code = \"graded\"\n") == "accepted");
    for (const char* feedback : {"transported", "frsf", "fixed", "none"}) {
        CAPTURE(feedback);
        const std::string other = std::string("feedback = \"") + feedback + "\"\n";
        CHECK(refused(other) == "accepted");
        CHECK(refused(other + "error_code = \"analog\"\n") == "accepted");
        CHECK(refused(other + "error_code = \"graded\"\n") == "spiking_self_assembly.error_code:9");
    }
    const std::string dense = "motif = \"dense\"\ndevelopment = 0\n";
    CHECK(refused(dense) == "spiking_self_assembly.motif:8");
    CHECK(refused(dense + "scaling = false\n") == "spiking_self_assembly.motif:8");
    CHECK(refused(dense + "scaling = false\nsigns = \"free\"\n") == "accepted");
    CHECK(refused(dense + "scaling = false\nsigns = \"free\"\ngate = \"saturating\"\n") ==
          "spiking_self_assembly.motif:8");
    CHECK(refused(dense + "scaling = false\nsigns = \"free\"\nerror_code = \"burst\"\n") ==
          "spiking_self_assembly.error_code:12");
    CHECK(refused("gate = \"relaxed\"\n") == "spiking_self_assembly.gate:8");
    const std::string relaxed = "motif = \"dense\"\nsigns = \"free\"\ngate = \"relaxed\"\n";
    CHECK(refused(relaxed) == "accepted");
    CHECK(refused(relaxed + "error_code = \"many\"\ndevelopment = 0\n") == "accepted");
    for (const char* code : {"graded", "analog", "poisson", "baseline", "burst"})
        CHECK(refused(relaxed + "error_code = \"" + code + "\"\n") == "spiking_self_assembly.gate:10");
    CHECK(refused(relaxed + "feedback = \"transported\"\n") == "spiking_self_assembly.gate:10");
    for (const char* none : {"0", "1", "-0.1", "nan"})
        CHECK(refused("error_code = \"baseline\"\nbaseline = " + std::string(none) + "\n") ==
              "spiking_self_assembly.baseline:9");
    CHECK(refused("motif = \"dense\"\nscaling = false\nsigns = \"free\"\n") == "spiking_self_assembly.development:7");
    CHECK(refused("feedback = \"bptt\"\n") == "accepted");
    CHECK(refused("feedback = \"bptt\"\ndelay = \"2 ms\"\n") == "spiking_self_assembly.delay:9");
    CHECK(refused("signs = \"free\"\n") == "spiking_self_assembly.development:7");
    CHECK(refused("signs = \"free\"\ndevelopment = 10\n") == "spiking_self_assembly.development:9");
    CHECK(refused("signs = \"free\"\ndevelopment = 0\n") == "accepted");
    CHECK(refused("", "[init]\nfile = \"w.h5\"\n") == "spiking_self_assembly.development:9");
    CHECK(refused("", "", Loss::softmax_cross_entropy).starts_with("task.loss"));
}
