// Weights of general connectivity, in compressed rows: the same bits however they are cut, and no matrix anywhere.
#include "models/neurons/leaky.hpp"
#include "models/plasticity/heterosynaptic.hpp"
#include "sim/protocol/training.hpp"
#include "sim/synapses/pathways.hpp"
#include "sim/synapses/weight_state.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/circuit/naive.hpp"

using namespace apical;

namespace {

constexpr std::size_t post_units = 9000, pre_units = 8500;

template <class S>
WeightState<S> some_weights(std::size_t post = post_units, std::size_t pre = pre_units, std::uint32_t in_degree = 7) {
    return {Weights{.name = "W", .connectivity = Connectivity::in_degree(in_degree), .initial = normal(1)}, post, pre,
            Random(3)};
}

}  // namespace

TEMPLATE_TEST_CASE("compressed rows transmit the same bits in any tiles, both ways", "", float, double) {
    using S = TestType;
    const auto weights = some_weights<S>();
    REQUIRE(weights.storage() == SynapseStorage::rows);
    for (const std::size_t lanes : {1, 3, 16}) {
        const auto pathway = direct_pathway(Access<S>(weights), lanes);
        for (const bool transposed : {false, true}) {
            CAPTURE(lanes, transposed);
            const std::size_t in = transposed ? post_units : pre_units, out = transposed ? pre_units : post_units;
            const Matrix<S> x = random_matrix<S>(in, lanes, "x");
            Matrix<S> whole = zeros<S>(out, lanes), tiled = random_matrix<S>(out, lanes, "before");
            pathway->transmit({0, out}, x.data(), whole.data(), {transposed});
            const Tiles cut = Tiles::of_cells(out, lanes);
            CHECK(cut.count > 1);
            for (std::size_t k = cut.count; k-- > 0;)
                pathway->transmit({cut.begin(k), cut.begin(k + 1)}, x.data(), tiled.data(), {transposed});
            CHECK(tiled == whole);
            tiled.setConstant(7);
            for (std::size_t first = 0; first < out; first += 1111)  // as another pathway would have it
                pathway->transmit({first, std::min(out, first + 1111)}, x.data(), tiled.data(), {transposed});
            CHECK(tiled == whole);
        }
    }
}

TEMPLATE_TEST_CASE("compressed rows are the matrix with zeros that they stand for", "", float, double) {
    using S = TestType;
    const std::size_t rows = 60, columns = 45, lanes = 3;
    auto weights = some_weights<S>(rows, columns);
    const MatrixD W = weights.matrix();
    CHECK((W.array() != 0).count() == 7 * 60);
    const auto dense = weights_of<S>(W.template cast<S>());
    const auto sparse_way = direct_pathway(Access<S>(weights), lanes),
               dense_way = direct_pathway(Access<S>(dense), lanes);
    for (const bool transposed : {false, true}) {
        const Matrix<S> x = random_matrix<S>(transposed ? rows : columns, lanes, "x");
        Matrix<S> one = zeros<S>(transposed ? columns : rows, lanes), other = one;
        sparse_way->transmit({0, std::size_t(one.rows())}, x.data(), one.data(), {transposed, true, S(0.5)});
        dense_way->transmit({0, std::size_t(one.rows())}, x.data(), other.data(), {transposed, true, S(0.5)});
        CHECK((one - other).norm() < 20 * std::numeric_limits<S>::epsilon() * other.norm());
    }
    Matrix<double> elsewhere = MatrixD::Ones(rows, columns);
    weights.assign(elsewhere);
    CHECK((weights.matrix().array() == (W.array() != 0).template cast<double>()).all());
}

TEST_CASE("a synapse in compressed rows takes eight bytes in float, and a cell another eight") {
    const auto weights = some_weights<float>();
    CHECK(weights.synapses() == 7 * post_units);
    CHECK(weights.bytes() == 8 * weights.synapses() + 8 * (post_units + 1));
}

TEST_CASE("a million synapses between a hundred thousand cells learn; their matrix would have 40 GB") {
    constexpr std::size_t units = 100'000;
    Circuit circuit;
    const PopulationId in = circuit.add(Population{.name = "in", .units = units, .clamped = {"rate"}});
    const PopulationId target = circuit.add(Population{.name = "target", .units = units, .clamped = {"rate"}});
    const PopulationId cell = circuit.add(Population{
        .name = "cell", .units = units, .compartments = {"basal", "apical"}, .neurons = {neuron(Leaky{10})}});
    circuit.open(ports::input, in, "rate");
    circuit.open(ports::target, target, "rate");
    circuit.open(ports::answer, cell, "soma");
    const WeightsId W = circuit.add(Weights{.name = "W",
                                            .post = cell,
                                            .pre = in,
                                            .connectivity = Connectivity::in_degree(10),
                                            .rule = rule(ApicalSteered{0.1, 0.01}),
                                            .scaling = Scaling::incoming,
                                            .initial = normal(0.3)});
    circuit.add(Projection{.weights = W, .source = in, .signal = rate, .target = cell, .compartment = basal});
    circuit.add(Projection{.source = target, .signal = rate, .target = cell, .compartment = apical::apical});
    const auto learnt = [&](int threads) {
        Setup setup;
        setup.lanes = 1;
        setup.threads = threads;
        Training<float> simulation(circuit, setup);
        const Matrix<float> x = random_matrix<float>(units, 1, "x"), y = random_matrix<float>(units, 1, "y");
        for (int k = 0; k < 3; ++k) simulation.present(x.data(), y.data());
        CHECK(simulation.pathways().of(W).reason() == "sparse, compressed rows; read and updated in every step");
        return Eigen::VectorXf(simulation.weights()[W].values());
    };
    const Eigen::VectorXf values = learnt(1);
    REQUIRE(values.size() == 10 * units);
    CHECK(values.allFinite());
    CHECK(std::abs(values.head(10).squaredNorm() - 1) < 1e-5F);  // scaled: what the first cell receives
    CHECK(values == learnt(3));
}
