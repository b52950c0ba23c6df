// Keys that do not go together are refused at their place.
#include "models/burst_ccn/circuit.hpp"
#include "sim/core/error.hpp"
#include "tests/support/catch.hpp"

namespace {

using namespace apical;

Circuit built(const std::string& text, Loss loss = Loss::squared_error) {
    return burst_ccn::model().build(parse_toml(text, "e.toml"), {4, 2, loss, 100});
}

/// The key that is complained about, and the line it stands in.
std::string refused(const std::string& text, Loss loss = Loss::squared_error) {
    try {
        built(text, loss);
    } catch (const InputError& error) {
        CHECK_FALSE(error.parts().expected.empty());
        return error.parts().key + ":" + std::to_string(error.parts().place.line);
    }
    return "accepted";
}

const std::string section = "[burst_ccn]\n";

}  // namespace

TEST_CASE("burst_ccn: weights exist where they are not tied") {
    const auto names = [](const std::string& text) {
        std::string all;
        for (const Weights& w : built("[circuit]\nhidden = [3, 3]\n" + section + text).weights) all += w.name + " ";
        return all;
    };
    CHECK(names("Y = \"tied\"\nQ = \"tied\"") == "W1 b1 W2 b2 W3 b3 ");
    CHECK(names("Y = \"tied\"") == "W1 b1 W2 b2 W3 b3 Q1 Q2 ");
    CHECK(names("hidden = [3, 3, 3]\nY = \"tied\"\nQ = \"tied\"") == "W1 b1 W2 b2 W3 b3 W4 b4 ");  // as the model's own
    CHECK(names("Q = \"tied\"") == "W1 b1 W2 b2 W3 b3 Y1 Y2 ");
    CHECK(names("") == "W1 b1 W2 b2 W3 b3 Y1 Q1 Y2 Q2 ");
    CHECK(names("Y_learns = \"silencing\"\neta_Y = 1\nbranches = 2") ==
          "W1 b1 W2 b2 W3 b3 axons1_1 Y1_1 Q1_1 axons1_2 Y1_2 Q1_2 axons2_1 Y2_1 Q2_1 axons2_2 Y2_2 Q2_2 ");
}

TEST_CASE("burst_ccn: keys that do not go together are refused, with their place") {
    CHECK(refused(section + "Y = \"tied\"\nY_learns = \"kolen_pollack\"") == "burst_ccn.Y_learns:3");
    CHECK(refused(section + "Y_learns = \"silencing\"\nQ = \"tied\"\neta_Y = 1") == "burst_ccn.Q:3");
    CHECK(refused(section + "Y_learns = \"silencing\"") == "burst_ccn.eta_Y:1");
    CHECK(refused(section + "eta_Y = 0.1") == "burst_ccn.eta_Y:2");
    CHECK(refused(section + "normalised = true\nerror_scale = 0") == "burst_ccn.error_scale:3");
    CHECK(refused(section + "p_b = 0.6") == "burst_ccn.p_b:2");
    CHECK(refused(section + "tau_trace = \"1 ms\"") == "burst_ccn.tau_trace:2");
    CHECK(refused(section + "input_trace = \"updated\"") == "burst_ccn.input_trace:2");
    CHECK(refused(section + "trace_updates = 2") == "burst_ccn.trace_updates:2");
    CHECK(refused(section + "branches = 2") == "burst_ccn.branches:2");
    const std::string learnt = "Y_learns = \"silencing\"\neta_Y = 0.1\n";
    CHECK(refused(section + learnt + "branches = 3") == "burst_ccn.branches:4");  // of two cells
    CHECK(refused(section + learnt + "branches = 2") == "accepted");
    CHECK(refused(section + "Q = \"random\"\nmisalignment_Q = 0.1") == "burst_ccn.misalignment_Q:3");
    const std::string traces = "tau_trace = [\"10 ms\", \"10 ms\", \"10 ms\", \"10 ms\"]\ninput_trace = \"updated\"\n";
    CHECK(refused(section + traces + "[run]\nstep = \"20 ms\"") == "burst_ccn.tau_trace:2");
    CHECK(refused(section + traces + "[run]\nstep = \"10 ms\"") == "accepted");
    CHECK(refused(section + traces + "trace_updates = 2\n[run]\nstep = \"10 ms\"") == "accepted");
    const std::string in_time = "[run]\nmode = \"continuous\"\n[task]\nloss = \"softmax_cross_entropy\"\n";
    CHECK(refused(in_time, Loss::softmax_cross_entropy) == "task.loss:4");
    CHECK(refused("[run]\nmode = \"settled\"", Loss::softmax_cross_entropy) == "accepted");
}
