#include <cmath>
#include <set>

#include "data/teacher_student.hpp"
#include "data/yinyang.hpp"
#include "tests/unit/data/fixtures.hpp"

using namespace apical;

TEST_CASE("a generated sample has the same bits in any batch, at any index, and another for another seed") {
    for (const auto& [name, keys] : std::vector<std::pair<std::string, std::string>>{
             {"teacher_student", "dims = [7, 33, 5, 3]\nactivation = 'tanh'"},
             {"signals", "dims = [3, 4, 2]\nstreams = 4"},
             {"signals", "dims = [3, 2]\nkind = 'ornstein_uhlenbeck'\nactivation = 'linear'"},
             {"xor", "samples = 0\nnoise = 0.2"},
             {"yinyang", "samples = 0"}}) {
        CAPTURE(name);
        const DataSet set = load(name, keys);
        CHECK(set.train->size() == 0);
        const std::vector<std::uint64_t> index{3, 1, 4'000'000'000'000, 0, 9, 2, 6, 7, 5, 8, 11};
        const auto check = [&]<class S>(const Gathered<S>& together) {
            for (std::size_t k = 0; k < index.size(); ++k) {
                const auto alone = gather<S>(*set.train, {index[k]});
                for (std::size_t f = 0; f < alone.x.size(); ++f) CHECK(alone.x[f] == together.x[f * index.size() + k]);
                for (std::size_t o = 0; o < alone.y.size(); ++o) CHECK(alone.y[o] == together.y[o * index.size() + k]);
            }
        };
        const auto together = gather(*set.train, index);
        check(together);
        const auto exact = gather<double>(*set.train, index);
        check(exact);
        bool more_than_float_holds = false;
        for (std::size_t k = 0; k < exact.x.size(); ++k) {
            CHECK(together.x[k] == static_cast<float>(exact.x[k]));
            more_than_float_holds = more_than_float_holds || together.x[k] != exact.x[k];
        }
        CHECK(more_than_float_holds == (name != "yinyang"));  // its points have 24 bits, so that classes are the same
        for (std::size_t k = 0; k < exact.y.size(); ++k) CHECK(together.y[k] == Approx(exact.y[k]).margin(1e-5));
        CHECK(gather(*load(name, keys, 2).train, index).x != together.x);
        CHECK(gather(*set.test, {0}).x != gather(*set.train, {0}).x);  // streams of their own
    }
}

TEST_CASE("signals: mean square 1; streams are apart, and each is as smooth as its period is long") {
    constexpr std::size_t streams = 400, times = 60;
    for (const auto& [kind, correlation] :
         std::vector<std::pair<std::string, double>>{{"ornstein_uhlenbeck", std::exp(-10. / 40)}, {"sines", 0}}) {
        CAPTURE(kind);
        const DataSet set =
            load("signals", "dims = [1, 1]\nactivation = 'linear'\nperiod = 40\nstreams = 400\nkind = '" + kind + "'");
        const auto x = gather(*set.train, first(streams * times)).x;
        const auto product = [&](std::size_t lag, std::size_t other) {
            double sum = 0;
            for (std::size_t s = 0; s < streams; ++s) sum += x[s] * x[lag * streams + (s + other) % streams];
            return sum / streams;
        };
        const double error = 5 * std::sqrt(2.0 / streams);  // five standard errors of independent streams
        CHECK(product(0, 0) == Approx(1).margin(error));
        CHECK(product(0, 1) == Approx(0).margin(error));
        if (correlation > 0) CHECK(product(10, 0) == Approx(correlation).margin(error));
        // From one sample to the next a sine of period 20 at least moves by less than a third of its amplitude.
        if (kind == "sines")
            for (std::size_t t = 1; t < times; ++t)
                CHECK(std::abs(x[t * streams] - x[(t - 1) * streams]) < 2 * 3.1416 / 20 * std::sqrt(6.0));
    }
}

TEST_CASE("teacher_student: inputs are standard normal and distinct") {
    const DataSet set = load("teacher_student", "dims = [5, 2]\nactivation = 'linear'");
    CHECK_FALSE(set.classes);
    CHECK(set.train->label(3) == -1);
    constexpr std::size_t n = 20000;
    const auto x = gather(*set.train, first(n)).x;
    double sum = 0, squares = 0;
    for (float value : x) sum += value, squares += value * value;
    CHECK(sum / (5 * n) == Approx(0).margin(5 / std::sqrt(5.0 * n)));
    CHECK(squares / (5 * n) == Approx(1).margin(5 * std::sqrt(2 / (5.0 * n))));
    CHECK(std::set<float>(x.begin(), x.end()).size() > 5 * n - 200);  // float32 alone makes a few of 1e5 coincide
}

TEST_CASE("teacher_student: weights are N(0, gain^2 / inputs of the layer)") {
    const auto mean_square = [](double gain) {
        std::vector<float> x(100 * 100, 0.0f), y(400 * 100);
        for (std::size_t i = 0; i < 100; ++i) x[i * 100 + i] = 1;  // unit vectors: y is the matrix
        TeacherNetwork({100, 400}, "linear", gain, Random(4)).evaluate(x.data(), 100, y.data());
        double squares = 0;
        for (float value : y) squares += value * value;
        return squares / static_cast<double>(y.size());
    };
    const double tolerance = 5 * std::sqrt(2.0 / 40000);  // of a variance, relative, five standard errors
    CHECK(mean_square(1) == Approx(1.0 / 100).epsilon(tolerance));
    CHECK(mean_square(1.4) == Approx(1.96 / 100).epsilon(tolerance));
}

TEST_CASE("teacher_student: hidden layers have the activation, the output is linear") {
    const std::vector<float> x{0.7f, -1.2f}, opposite{-0.7f, 1.2f};
    const auto answers = [&](const std::string& activation, const std::vector<float>& input) {
        std::vector<float> y(64);
        TeacherNetwork({2, 50, 64}, activation, 1, Random(9)).evaluate(input.data(), 1, y.data());
        return y;
    };
    bool negative = false, odd = true, relu_odd = true;
    for (std::size_t i = 0; i < 64; ++i) {
        negative = negative || answers("relu", x)[i] < 0;
        odd = odd && answers("tanh", x)[i] == -answers("tanh", opposite)[i];
        relu_odd = relu_odd && answers("relu", x)[i] == -answers("relu", opposite)[i];
        // relu(a) - relu(-a) = a
        CHECK(answers("relu", x)[i] - answers("relu", opposite)[i] == Approx(answers("linear", x)[i]).margin(1e-5));
    }
    CHECK(negative);
    CHECK(odd);
    CHECK_FALSE(relu_odd);
}

TEST_CASE("teacher_student: sizes that make no teacher are refused") {
    CHECK(error_of([] { load("teacher_student", ""); }).key == "task.dims");
    CHECK(error_of([] { load("teacher_student", "dims = [3]"); }).expected == "at least two, input and output");
    CHECK(error_of([] { load("teacher_student", "dims = [3, 0]"); }).key.find("task.dims") == 0);
    CHECK(error_of([] { load("teacher_student", "dims = [60000, 60000]"); }).found ==
          "a teacher of 3600000000 weights");
    CHECK(load("teacher_student", "dims = [3, 2]\nsamples = 50\ntest_samples = 0").train->size() == 50);
}

TEST_CASE("xor: the four patterns in turn, class 1 where the bits differ") {
    const DataSet set = load("xor", "");
    CHECK(set.train->size() == 4);
    const auto g = gather(*set.train, first(4));
    CHECK(g.x == std::vector<float>{0, 1, 0, 1, 0, 0, 1, 1});
    CHECK(g.y == std::vector<float>{1, 0, 0, 1, 0, 1, 1, 0});
    for (std::uint64_t k = 0; k < 4; ++k) CHECK(set.train->label(k) == (g.y[4 + k] > 0 ? 1 : 0));
}

TEST_CASE("xor: noise fills the interval and not more") {
    const auto x = gather(*load("xor", "samples = 4000\nnoise = 0.25").train, first(4000)).x;
    float largest = 0;
    for (float value : x) largest = std::max(largest, std::abs(value - std::round(value)));
    CHECK(largest <= 0.25f);
    CHECK(largest > 0.249f);
}

TEST_CASE("yinyang: every sample lies in the disc and has the class of its point") {
    const DataSet set = load("yinyang", "");
    CHECK(set.train->size() == 5000);
    CHECK(set.test->size() == 1000);
    const auto g = gather(*set.train, first(5000));
    std::vector<int> counts(3);
    for (std::size_t k = 0; k < 5000; ++k) {
        const float x = g.x[k], y = g.x[5000 + k];
        const int label = set.train->label(k);
        ++counts[static_cast<std::size_t>(label)];
        REQUIRE(yinyang_class(x, y) == label);
        REQUIRE(g.y[static_cast<std::size_t>(label) * 5000 + k] == 1);
        REQUIRE(std::hypot(x - 0.5, y - 0.5) <= 0.5);
        REQUIRE(g.x[10000 + k] == 1 - x);
        REQUIRE(g.x[15000 + k] == 1 - y);
    }
    for (int count : counts) CHECK(std::abs(count - 5000 / 3.0) < 5 * std::sqrt(5000 * 2 / 9.0));
}

TEST_CASE("yinyang: the classes of known points, boundaries included") {
    CHECK(yinyang_class(0.25, 0.5) == 2);
    CHECK(yinyang_class(0.75, 0.5) == 2);
    CHECK(yinyang_class(0.5, 0.9) == 1);
    CHECK(yinyang_class(0.5, 0.1) == 0);
    CHECK(yinyang_class(0.25, 0.35) == 1);  // the left half-disc below the middle
    CHECK(yinyang_class(0.75, 0.65) == 0);  // the right one above it
    CHECK(yinyang_class(0.5, 0.5) == 1);    // on the rim of both
    CHECK(yinyang_class(0.875, 0.5) == 0);
}

TEST_CASE("leaky_teacher: cosines, and the answers of one leaky cell that has seen those before") {
    const DataSet set = load("leaky_teacher", "dims = [1, 1]\nlag = 8\nperiod = 30\nsamples = 50\ntest_samples = 20");
    CHECK(set.train->size() == 50);
    CHECK(set.test->size() == 20);
    auto [x, y] = gather<double>(*set.train, first(50));
    const auto later = gather<double>(*set.test, first(20));
    x.insert(x.end(), later.x.begin(), later.x.end());  // the series goes on
    y.insert(y.end(), later.y.begin(), later.y.end());
    CHECK(y[0] == 0.5);
    const auto logit = [&y = y](std::size_t k) { return std::log(y[k] / (1 - y[k])); };
    const double twice_cosine = (x[2] + x[0]) / x[1], W = 8 * logit(1) / x[0];
    CHECK(twice_cosine > 2 * std::cos(2 * 3.1416 / 30));
    for (std::size_t k = 1; k + 1 < x.size(); ++k) {
        CHECK(x[k + 1] + x[k - 1] == Approx(twice_cosine * x[k]).margin(1e-12));
        CHECK(8 * (logit(k + 1) - logit(k)) + logit(k) == Approx(W * x[k]).margin(1e-12));
    }
}

TEST_CASE("leaky_teacher: nobody corrects the first samples; a silent start says nothing before it has seen an input") {
    const auto all = gather(*load("leaky_teacher", "samples = 9").train, first(9));
    const auto later = gather(*load("leaky_teacher", "samples = 9\ntaught_from = 4").train, first(9));
    const auto between =
        gather(*load("leaky_teacher", "samples = 9\ntaught_from = 2\ntaught_until = 5").train, first(9));
    const auto silent = gather(*load("leaky_teacher", "samples = 9\nstart = \"silent\"").train, first(9));
    CHECK(later.x == all.x);
    for (std::size_t k = 0; k < 9; ++k) CHECK((k < 4 ? std::isnan(later.y[k]) : later.y[k] == all.y[k]));
    for (std::size_t k = 0; k < 9; ++k) CHECK((k < 2 || k >= 5 ? std::isnan(between.y[k]) : between.y[k] == all.y[k]));
    const auto test = gather(*load("leaky_teacher", "samples = 9\ntest_samples = 4\ntaught_until = 0").test, first(4));
    for (const float y : test.y) CHECK(!std::isnan(y));
    CHECK(silent.y[0] == 0);
    CHECK(silent.y[1] == 0.5f);  // the layer below had not spoken either
    CHECK(all.y[1] != 0.5f);
}

TEST_CASE("leaky_teacher: another seed is another series; what is no teacher or too long is refused") {
    CHECK(gather(*load("leaky_teacher", "samples = 9", 2).train, first(9)).x !=
          gather(*load("leaky_teacher", "samples = 9").train, first(9)).x);
    CHECK(error_of([] { load("leaky_teacher", "dims = [3]"); }).key == "task.dims");
    CHECK(error_of([] { load("leaky_teacher", "taught_from = 4\ntaught_until = 3"); }).key == "task.taught_until");
    for (const char* value : {"-2", "nan", "inf", "2.5", "\"2\"", "[2]"})
        CHECK(error_of([&] { load("leaky_teacher", std::string("taught_until = ") + value); }).key ==
              "task.taught_until");
    CHECK(error_of([] { load("leaky_teacher", "file = \"none.h5\""); }).key == "task.file");
    CHECK(error_of([] { load("leaky_teacher", "dims = [300, 1]\nsamples = 1000000"); }).key == "task.samples");
}
