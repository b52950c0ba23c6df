// A document that is read survives being written; one that is refused is refused with its place. As in ../toml.cpp,
// which needs no fuzzer.
#include "sim/core/document.hpp"
#include "sim/core/error.hpp"
#include "tests/fuzz/coverage/target.hpp"

namespace apical::fuzz {

void attempt(std::string_view bytes) {
    try {
        const std::string written = to_toml(parse_toml(std::string(bytes), "fuzz.toml"));
        if (to_toml(parse_toml(written, "written.toml")) != written) finding("what is written is read otherwise");
    } catch (const InputError& error) {
        const Place& place = error.parts().place;
        if (place.file != "fuzz.toml") finding("what was written is refused");
        if (place.line == 0 || place.column == 0) finding("an error without a place");
        throw;
    }
}

std::vector<std::string> seeds() {
    return {"[run]\nseed = 1\nlanes = 8  # beside\nepochs = 2.5\nbaselines = [\"a\", 'b',]\n",
            "[[probe]]\nevery = {samples = 1_00, phase = {offset = -3}}\n[[probe]]\non = true\nx.\"y z\" = 0x2a\n",
            "step = \"0.1 ms\"\ntext = \"\"\"\nx \\\n y\\u00e9\"\"\"\nraw = '''it's'''\nn = [-0.5, 1e-3]\n"};
}

}  // namespace apical::fuzz
