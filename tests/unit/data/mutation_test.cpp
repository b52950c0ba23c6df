// Thousands of small damages to valid files, always the same ones. A reader may accept what is left or throw
// InputError; any other exception fails here, and any other crime in the build with sanitizers.
#include <functional>

#include "data/readers/bytes.hpp"
#include "data/readers/cifar10.hpp"
#include "data/readers/csv.hpp"
#include "data/readers/idx.hpp"
#include "data/readers/npy.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;
using namespace std::string_literals;

namespace {

constexpr std::size_t limit = 1 << 20;
constexpr std::uint32_t mutations = 4000;

/// One to four of: a flipped bit, a replaced, removed, inserted or doubled stretch, a cut end, a byte likely to hurt.
std::string mutated(std::string bytes, std::uint32_t stream, std::uint32_t number) {
    static const std::string nasty = "\0\x01\x7f\x80\xff,;\n\r \"-+.eEnN0912\x1f\x8b"s;  // the first of them is a zero
    const Random random(2024);
    const std::uint32_t times = 1 + random.bits(stream, 0, number)[0] % 4;
    for (std::uint32_t i = 1; i <= times && !bytes.empty(); ++i) {
        const auto r = random.bits(stream, i, number);
        const std::size_t at = r[0] % bytes.size(), length = 1 + r[1] % 8;
        switch (r[2] % 6) {
            case 0:
                bytes[at] = static_cast<char>(bytes[at] ^ 1 << r[1] % 8);
                break;
            case 1:
                bytes[at] = nasty[r[1] % nasty.size()];
                break;
            case 2:
                bytes.erase(at, length);
                break;
            case 3:
                bytes.insert(at, length, nasty[r[3] % nasty.size()]);
                break;
            case 4:
                bytes.insert(at, bytes.substr(at, length));
                break;
            default:
                bytes.resize(at);
                break;
        }
    }
    return bytes;
}

void only_input_errors(const std::string& valid, const std::string& name,
                       const std::function<Records(const std::string&)>& read) {
    REQUIRE(read(valid).size() > 0);
    std::size_t refused = 0;
    for (std::uint32_t i = 0; i < mutations; ++i) {
        try {
            const Records records = read(mutated(valid, Random::stream(name), i));
            const std::size_t values = std::visit([](const auto& v) { return v.size(); }, records.inputs);
            if (values != records.size() * records.features) FAIL("mutation " << i << ": sizes disagree");
            for (const std::uint16_t label : records.labels)
                if (label >= records.outputs) FAIL("mutation " << i << ": a label beyond the classes");
        } catch (const InputError& error) {
            ++refused;
            if (error.parts().found.empty() || error.parts().expected.empty()) FAIL("an error that says nothing");
        } catch (const std::exception& error) {
            FAIL("mutation " << i << ": " << error.what());
        }
    }
    CHECK(refused > mutations / 4);  // the damage is not all harmless
}

const std::string table = "1.5,-2,0\r\n3e-1,4,1\n5,6,2\n7,8,0\n";
const std::string images = idx({3, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255});
const std::string labels = idx({3}, {0, 2, 1});

}  // namespace

TEST_CASE("damaged CSV text gives InputError or records that agree in size") {
    CsvFormat format;
    only_input_errors(table, "csv", [&](const std::string& bytes) { return parse_csv(bytes, "f", format); });
    format.target_columns = {2};
    only_input_errors(table, "targets", [&](const std::string& bytes) { return parse_csv(bytes, "f", format); });
    format = {};
    format.largest_pixel = 16;
    only_input_errors("1,2,0\n16,0,1\n", "pixels",
                      [&](const std::string& bytes) { return parse_csv(bytes, "f", format); });
}

TEST_CASE("damaged IDX files give InputError or records that agree in size") {
    only_input_errors(images, "images", [](const std::string& bytes) { return parse_idx(bytes, "i", labels, "l"); });
    only_input_errors(labels, "labels", [](const std::string& bytes) { return parse_idx(images, "i", bytes, "l", 3); });
}

TEST_CASE("damaged NumPy files give InputError or records that agree in size") {
    const std::string inputs = npy(npy_header("<f4", "(3, 1, 2)"), raw<float>({1, 2, 3, 4, 5, 6}));
    const std::string outputs = npy(npy_header(">i2", "(3, 1)"), std::string("\0\0\0\1\0\2", 6));
    only_input_errors(inputs, "npy", [&](const std::string& bytes) {
        return array_records(parse_npy(bytes, "x"), parse_npy(outputs, "y"));
    });
    only_input_errors(outputs, "npy labels", [&](const std::string& bytes) {
        return array_records(parse_npy(inputs, "x"), parse_npy(bytes, "y"));
    });
}

TEST_CASE("damaged files of CIFAR-10 give InputError or records that agree in size") {
    only_input_errors(cifar10({3, 9}), "cifar10", [](const std::string& bytes) { return parse_cifar10(bytes, "f"); });
}

TEST_CASE("damaged gzip files give InputError or records that agree in size") {
    only_input_errors(gzip(table), "csv.gz",
                      [](const std::string& bytes) { return parse_csv(decompress(bytes, "f", limit), "f", {}); });
    only_input_errors(gzip(images), "idx.gz", [](const std::string& bytes) {
        return parse_idx(decompress(bytes, "i", limit), "i", labels, "l");
    });
}
