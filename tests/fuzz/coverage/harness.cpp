// libFuzzer's two entry points, for all targets.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "sim/core/error.hpp"
#include "sim/core/subprocess.hpp"
#include "tests/fuzz/coverage/target.hpp"
#include "tests/unit/data/made_files.hpp"

// Some targets end another process by the thousand (data/readers/subprocess.hpp): no time for readable addresses there.
extern "C" const char* __asan_default_options() { return "symbolize=0"; }

namespace apical::fuzz {
namespace {

const test::Folder& folder() {
    static const test::Folder result;
    return result;
}

}  // namespace

void finding(const std::string& what) {
    std::fprintf(stderr, "FINDING: %s\n", what.c_str());
    std::abort();
}

void require_consistent(const Records& records) {
    const std::size_t values = std::visit([](const auto& v) { return v.size(); }, records.inputs);
    if (records.size() == 0 || values != records.size() * records.features) finding("sizes disagree");
    for (const std::uint16_t label : records.labels)
        if (label >= records.outputs) finding("a label beyond the classes");
}

const std::string& file_of(std::string_view bytes) {
    static const std::string path = folder().path("file");
    folder().write("file", std::string(bytes));
    return path;
}

std::string contents(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace apical::fuzz

/// Without a corpus on the command line, a folder of seeds is one; it is gone at the end.
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
    using namespace apical::fuzz;
    apical::read_in_subprocesses();
    static std::vector<char*> all(*arguments, *arguments + *count);
    for (std::size_t i = 1; i < all.size(); ++i)
        if (all[i][0] != '-') return 0;
    static std::string corpus = folder().path("corpus");
    std::filesystem::create_directory(corpus);
    int number = 0;
    for (const std::string& seed : seeds()) {
        attempt(seed);  // an error here is one of the target
        folder().write("corpus/" + std::to_string(number++), seed);
    }
    all.push_back(corpus.data());
    *count = static_cast<int>(all.size());
    all.push_back(nullptr);
    *arguments = all.data();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        apical::fuzz::attempt({reinterpret_cast<const char*>(data), size});
    } catch (const apical::InputError& error) {
        if (error.parts().found.empty()) apical::fuzz::finding("an error that says nothing");
        if (std::string_view(error.what()).find('\n') != std::string_view::npos)
            apical::fuzz::finding("an error of several lines");
    }
    return 0;
}
