// A network of many cells and sparse random synapses: it runs, is recorded and continued as any other.
#include "sim/network/network.hpp"
#include "sim/experiment/recorded_weights.hpp"
#include "sim/protocol/training.hpp"
#include "sim/record/gathered.hpp"
#include "sim/record/hdf5_sink.hpp"
#include "sim/record/memory_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/support/sparse_network.hpp"

namespace {

using namespace apical;
using test::SparseNetwork;

Setup in_time(int threads = 1) {
    Setup setup;
    setup.mode = Mode::continuous;
    setup.lanes = 2;
    setup.threads = threads;
    setup.seed = 5;
    setup.clock.step = 1;
    setup.clock.presentation = 10;
    setup.clock.stepper = "euler";
    return setup;
}

Matrix<float> inputs(std::size_t lanes, double value) {
    return Matrix<float>::Constant(10, static_cast<Eigen::Index>(lanes), static_cast<float>(value));
}

/// Shows these inputs `count` times.
void present(Training<float>& simulation, std::size_t count, double value = 1) {
    const Matrix<float> x = inputs(simulation.setup().lanes, value), target = Matrix<float>::Zero(3, x.cols());
    for (std::size_t k = 0; k < count; ++k) simulation.present(x.data(), target.data());
}

/// W x by the description alone.
Matrix<double> product(const Circuit& circuit, const char* name, const Random& random, const Matrix<double>& x) {
    const Weights& w = circuit.weights[circuit.weights_named(name)];
    const std::size_t post = circuit.populations[w.post].units, pre = circuit.populations[w.pre].units;
    const Adjacency synapses = w.connectivity.draw(post, pre, random, name);
    const Entries entry = w.initial(random, name, post, pre);
    Matrix<double> y = Matrix<double>::Zero(static_cast<Eigen::Index>(post), x.cols());
    for (std::size_t i = 0; i < post; ++i)
        for (const std::uint32_t j : synapses.row(i)) y.row(static_cast<Eigen::Index>(i)) += entry(i, j) * x.row(j);
    return y;
}

bool same(const Training<float>& a, const Training<float>& b) { return weights_now(a) == weights_now(b); }

}  // namespace

TEST_CASE("10,000 cells behind sparse synapses settle at what the description says") {
    for (std::size_t lanes : {std::size_t{1}, std::size_t{3}}) {
        Setup setup;
        setup.lanes = lanes;
        setup.seed = 5;
        const Circuit circuit = test::sparse_network({.recurrent = false}, 3);
        Training<float> simulation(circuit, setup);
        present(simulation, 1, 0.5);
        const Matrix<double> expected =
            product(circuit, "in_exc", Random(5), inputs(lanes, 0.5).cast<double>()).cwiseMax(0);
        const PopulationId exc = circuit.population("exc");
        const float* const rates = simulation.network().column(exc, "rate");
        double largest = 0;
        for (Eigen::Index k = 0; k < expected.size(); ++k)
            largest = std::max(largest, std::abs(expected.data()[k] - double(rates[k])) / expected.maxCoeff());
        CHECK(expected.minCoeff() > 0);
        CHECK(largest < 1e-6);
    }
}

TEST_CASE("a recurrent network of 10,000 cells lives, learns and goes on, on any number of threads") {
    const Circuit circuit = test::sparse_network({.eta = 1e-4}, 3);
    Training<float> one(circuit, in_time()), two(circuit, in_time(2));
    const std::vector<double> before = weights_now(one);
    present(one, 2);
    present(two, 2);
    CHECK(same(one, two));
    CHECK(weights_now(one) != before);
    MemoryArchive archive;
    one.save(archive, "s");
    present(one, 2, 0.3);
    Training<float> resumed(circuit, in_time());
    resumed.load(archive, "s");
    present(resumed, 2, 0.3);
    CHECK(same(one, resumed));
    Setup other = in_time();
    other.seed = 6;
    Training<float> elsewhere(circuit, other);
    CHECK_THROWS_WITH(elsewhere.load(archive, "s"),
                      Catch::Matchers::Contains("other synapses than this program draws"));
    one.check_weights(100);
    const float* const answer = one.column(one.port(ports::answer)).data();
    CHECK(std::isfinite(answer[0]));
    CHECK(answer[0] != 0);
}

TEST_CASE("weights of many cells are recorded as their synapses, and read back") {
    const test::Folder folder;
    const std::string path = folder.path("run.h5");
    const Circuit circuit = test::sparse_network({.cells = 5000, .in_degree = 20, .eta = 1e-4}, 3);
    Training<float> simulation(circuit, in_time());
    Hdf5Sink sink({.path = path});
    const Sink::Id id = sink.open(weight_snapshots(simulation, Storage::float32, 2));
    sink.append(id, 0, weights_now(simulation));
    present(simulation, 1);
    sink.append(id, 1, weights_now(simulation));
    write_weights(simulation, "/final", Storage::float32, sink);
    REQUIRE(sink.finish().empty());

    const hdf5::File file = hdf5::File::open(path);
    CHECK(file.data_set("/weights/exc_exc").shape() == hdf5::Shape{2, 4000 * 16});
    CHECK(file.data_set("/weights/in_exc").shape() == hdf5::Shape{2, 4000, 10});  // sparse, but small
    CHECK(!gathered(file, file.data_set("/weights/in_exc")));
    const WeightsId k = circuit.weights_named("exc_exc");
    const auto where = gathered(file, file.data_set("/weights/exc_exc"));
    REQUIRE(where);
    CHECK((where->rows == 4000 && where->columns == 4000 && where->rows_axis == "exc" && where->columns_axis == "exc"));
    const Adjacency synapses = circuit.weights[k].connectivity.draw(4000, 4000, Random(5), "exc_exc");
    std::size_t at = 0;
    bool equal = true;
    for (std::size_t i = 0; i < 4000; ++i)
        for (const std::uint32_t j : synapses.row(i)) equal = equal && where->addresses[at++] == i * 4000 + j;
    CHECK(equal);
    const auto values = file.data_set("/final/exc_exc").read<float>();
    const auto own = simulation.weights()[k].values();
    CHECK(std::equal(values.begin(), values.end(), own.data(), own.data() + own.size()));

    Training<float> other(circuit, in_time());
    REQUIRE(!same(other, simulation));
    for (WeightsId w{}; w < circuit.weights.size(); ++w) {
        const auto& [name, state] = std::pair(circuit.weights[w].name, &simulation.weights()[w]);
        const auto data = file.data_set("/final/" + name);
        if (const auto found = gathered(file, data)) other.assign(name, found->addresses, data.read<double>());
        else other.assign(name, state->matrix());
    }
    CHECK(same(other, simulation));
}

TEST_CASE("a list of numbers that is not that of the synapses changes nothing") {
    const Circuit circuit = test::sparse_network({.cells = 50, .in_degree = 5}, 3);
    Training<float> simulation(circuit, in_time());
    const std::vector<double> before = weights_now(simulation);
    const Adjacency synapses =
        circuit.weights[circuit.weights_named("exc_exc")].connectivity.draw(40, 40, Random(5), "exc_exc");
    std::vector<std::uint64_t> addresses;
    for (std::size_t i = 0; i < 40; ++i)
        for (const std::uint32_t j : synapses.row(i)) addresses.push_back(i * 40 + j);
    const auto refused = [&](std::vector<std::uint64_t> at, std::vector<double> values, const std::string& why) {
        CHECK_THROWS_WITH(simulation.assign("exc_exc", at, values), Catch::Matchers::Contains(why));
        CHECK(weights_now(simulation) == before);
    };
    const std::vector<double> ones(addresses.size(), 1);
    std::vector<double> bad = ones;
    bad[3] = 1e39;
    refused(addresses, bad, "not finite in run.precision: 1e+39 from cell");
    refused({addresses.begin() + 1, addresses.end()}, {ones.begin() + 1, ones.end()},
            "hold no number for the synapse from");
    refused({addresses.begin(), addresses.end() - 1}, {ones.begin() + 1, ones.end()},
            "hold no number for the synapse from");
    refused(addresses, {1}, "hold 1 numbers for 160 synapses");
    refused({}, {}, "hold no number for the synapse from");
    auto more = addresses;
    more.push_back(1600);
    refused(more, std::vector<double>(more.size(), 1), "where the circuit has no synapse, from cell 0 to cell 40");
    simulation.assign("exc_exc", addresses, ones);
    CHECK(simulation.weights("exc_exc").sum() == 160);
}

TEST_CASE("sparse weights of very many cells are no matrix") {
    Training<float> simulation(test::sparse_network({.cells = 100000, .in_degree = 5, .recurrent = true}, 3),
                               in_time());
    CHECK_THROWS_WITH(simulation.weights("exc_exc"),
                      "weights 'exc_exc' are 80000 x 80000, too many for a matrix: visit their synapses");
    CHECK(weights_now(simulation).size() > 5 * 80000);
}

TEST_CASE("weights without a synapse and of many cells are left out") {
    Circuit circuit = test::sparse_network({.cells = 5000, .in_degree = 20}, 3);
    circuit.weights[circuit.weights_named("exc_exc")].connectivity = Connectivity::probability(0);
    Training<float> simulation(circuit, in_time());
    present(simulation, 1);
    MemorySink sink;
    sink.append(sink.open(weight_snapshots(simulation, Storage::float32, 1)), 0, weights_now(simulation));
    write_weights(simulation, "/final", Storage::float32, sink);
    CHECK(sink.series("/weights").variables.size() == circuit.weights.size() - 1);
    CHECK(sink.values("/weights", "inh_exc").size() == 4000 * 4);
}
