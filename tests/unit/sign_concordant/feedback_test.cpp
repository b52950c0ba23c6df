// Feedback and updates, bit by bit.
#include <cmath>
#include <string>

#include "models/sign_concordant/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_archive.hpp"
#include "tests/unit/sign_concordant/fixture.hpp"

namespace {

using namespace apical;
using namespace apical::sign_concordant::test;

}  // namespace

TEST_CASE("an update changes the rows of cells with an error spike by eta e p^T, and no others") {
    Net net;
    net.parameters.anew = "nothing";  // who looks sees columns of the step before
    Training<double> training = net.training();
    MatrixD before = training.weights("W2");
    std::size_t changed = 0, still = 0;
    for (std::uint64_t k = 0; k < 20; ++k)
        present(training, net, k, [&](std::uint64_t) {
            const MatrixD after = training.weights("W2");
            const auto error = training.column("up2", "error"), trace = training.column("up1", "membrane");
            for (std::size_t i = 0; i < error.size(); ++i) {
                const auto row = static_cast<Eigen::Index>(i);
                if (error[i] == 0) {
                    REQUIRE(after.row(row) == before.row(row));
                    ++still;
                    continue;
                }
                ++changed;
                for (std::size_t j = 0; j < trace.size(); ++j) {
                    const auto column = static_cast<Eigen::Index>(j);
                    REQUIRE(after(row, column) ==
                            Approx(before(row, column) + 0.06 * error[i] * trace[j]).epsilon(1e-12));
                }
            }
            before = after;
        });
    CHECK(changed > 50);
    CHECK(still > changed);
}

TEST_CASE("brsf: every presentation has sizes of its own, at an address of its own, and signs of W") {
    Net net;
    net.parameters.feedback = "brsf";
    net.parameters.eta = 1;
    Training<double> training = net.training();
    MatrixD before = training.weights("M1");
    for (std::uint64_t k = 0; k < 30; ++k) {
        present(training, net, k, [&](std::uint64_t) {
            const MatrixD W = training.weights("W2"), B = training.weights("B1");
            REQUIRE(B.transpose().cwiseProduct(W).minCoeff() >= 0);
            REQUIRE(B.cwiseAbs() == training.weights("M1"));
        });
        const MatrixD sizes = training.weights("M1");
        CHECK(sizes.cwiseEqual(before).count() == 0);
        const double deviation = 6 * std::sqrt(2.0 / 8);
        CHECK(sizes == whole(half_normal(deviation), Random(net.seed), "M1/" + std::to_string(k + 1), 8, 6));
        before = sizes;
    }
}

TEST_CASE("every kind of feedback and every encoding goes on with the same bits, on any number of threads") {
    for (const char* feedback : {"frsf", "usf", "brsf", "dale", "bp", "fa", "mix", "anti", "none"})
        for (const char* encoding : {"regular", "poisson", "latency", "direct"}) {
            CAPTURE(feedback, encoding);
            Net net;
            net.parameters.feedback = feedback;
            net.parameters.encoding = encoding;
            net.parameters.scale_W = {12, 12, 12};
            Training<double> alone = net.training();
            for (std::uint64_t k = 0; k < 5; ++k) present(alone, net, k);
            MemoryArchive archive;
            alone.save(archive, "circuit");
            Net two = net;
            two.threads = 2;
            Training<double> resumed = two.training();
            present(resumed, two, 3);
            resumed.load(archive, "circuit");
            for (std::uint64_t k = 5; k < 10; ++k) {
                present(alone, net, k);
                present(resumed, two, k);
            }
            CHECK(weights_of(alone, 3) == weights_of(resumed, 3));
            // Excitation and inhibition that come with one spike each cancel: by Dale's law nothing fires.
            const bool cancels = std::string(feedback) == "dale" && std::string(encoding) == "latency";
            CHECK((weights_of(alone, 3)[2] == weights_of(net.training(), 3)[2]) == cancels);
        }
}
