#include "sim/circuit/initial.hpp"

#include <Eigen/QR>
#include <cassert>
#include <cmath>

namespace apical {

namespace {

Eigen::MatrixXd draw(const Random& random, const std::string& name, Eigen::Index post, Eigen::Index pre) {
    const std::uint32_t stream = Random::stream("init/" + name);
    Eigen::MatrixXd values(post, pre);
    for (Eigen::Index i = 0; i < post; ++i)
        for (Eigen::Index j = 0; j < pre; ++j)
            values(i, j) = random.normal(stream, static_cast<std::uint32_t>(i * pre + j));
    return values;
}

}  // namespace

Initial normal(double deviation) {
    return [=](const Random& random, const std::string& name, Eigen::Index post, Eigen::Index pre) -> Eigen::MatrixXd {
        return deviation * draw(random, name, post, pre);
    };
}

Initial half_normal(double deviation) {
    return [=](const Random& random, const std::string& name, Eigen::Index post, Eigen::Index pre) -> Eigen::MatrixXd {
        return (deviation * draw(random, name, post, pre)).cwiseAbs();
    };
}

Initial uniform(double low, double high) {
    return [=](const Random& random, const std::string& name, Eigen::Index post, Eigen::Index pre) -> Eigen::MatrixXd {
        const std::uint32_t stream = Random::stream("init/" + name);
        Eigen::MatrixXd values(post, pre);
        for (Eigen::Index i = 0; i < post; ++i)
            for (Eigen::Index j = 0; j < pre; ++j)
                values(i, j) = low + (high - low) * random.uniform(stream, static_cast<std::uint32_t>(i * pre + j));
        return values;
    };
}

Initial orthonormal_columns() {
    return [](const Random& random, const std::string& name, Eigen::Index post, Eigen::Index pre) -> Eigen::MatrixXd {
        assert(post >= pre);
        const Eigen::HouseholderQR<Eigen::MatrixXd> qr(draw(random, name, post, pre));
        return qr.householderQ() * Eigen::MatrixXd::Identity(post, pre);
    };
}

Initial transpose_of(std::string name, Initial other) {
    return [name = std::move(name), other = std::move(other)](const Random& random, const std::string&,
                                                              Eigen::Index post, Eigen::Index pre) -> Eigen::MatrixXd {
        return other(random, name, pre, post).transpose();
    };
}

Initial multiple_of(std::string name, Initial other, double factor) {
    return [name = std::move(name), other = std::move(other), factor](
               const Random& random, const std::string&, Eigen::Index post, Eigen::Index pre) -> Eigen::MatrixXd {
        return factor * other(random, name, post, pre);
    };
}

}  // namespace apical
