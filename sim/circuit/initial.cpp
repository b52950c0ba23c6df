#include "sim/circuit/initial.hpp"

#include <cassert>
#include <cmath>
#include <memory>

#include "sim/core/decompositions.hpp"

namespace apical {

namespace {

/// The number of an entry, whose low half is the entity and whose high half the step of the address.
struct Address {
    std::uint32_t entity;
    std::uint64_t step;
    Address(std::size_t post, std::size_t pre, std::size_t columns) {
        const std::uint64_t number = std::uint64_t{post} * columns + pre;
        entity = static_cast<std::uint32_t>(number);
        step = number >> 32;
    }
};

/// draw(random, stream, address) of every entry on its own.
template <class Draw>
Initial entrywise(const Draw& draw) {
    return [draw](const Random& random, const std::string& name, std::size_t, std::size_t columns) -> Entries {
        return [=, stream = Random::stream("init/" + name)](std::size_t post, std::size_t pre) {
            return draw(random, stream, Address(post, pre, columns));
        };
    };
}

double standard_normal(const Random& random, std::uint32_t stream, const Address& at) {
    return random.normal(stream, at.entity, at.step);
}

}  // namespace

Initial constant(double value) {
    return [=](const Random&, const std::string&, std::size_t, std::size_t) -> Entries {
        return [=](std::size_t, std::size_t) { return value; };
    };
}

Initial normal(double deviation) {
    return entrywise([=](const Random& random, std::uint32_t stream, const Address& at) {
        return deviation * standard_normal(random, stream, at);
    });
}

Initial half_normal(double deviation) {
    return entrywise([=](const Random& random, std::uint32_t stream, const Address& at) {
        return std::abs(deviation * standard_normal(random, stream, at));
    });
}

Initial uniform(double low, double high) {
    return entrywise([=](const Random& random, std::uint32_t stream, const Address& at) {
        return low + (high - low) * random.uniform(stream, at.entity, at.step);
    });
}

Initial lognormal(double mu, double sigma) {
    return entrywise([=](const Random& random, std::uint32_t stream, const Address& at) {
        return std::exp(mu + sigma * standard_normal(random, stream, at));
    });
}

Initial orthonormal_columns() {
    return [](const Random& random, const std::string& name, std::size_t post, std::size_t pre) -> Entries {
        assert(post >= pre);
        const Eigen::MatrixXd Q = orthonormal_columns_of(whole(normal(1), random, name, post, pre));
        return [values = std::make_shared<const Eigen::MatrixXd>(Q)](std::size_t i, std::size_t j) {
            return (*values)(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
        };
    };
}

Initial transpose_of(std::string name, Initial other) {
    return [name = std::move(name), other = std::move(other)](const Random& random, const std::string&,
                                                              std::size_t post, std::size_t pre) -> Entries {
        return [entry = other(random, name, pre, post)](std::size_t i, std::size_t j) { return entry(j, i); };
    };
}

Initial multiple_of(std::string name, Initial other, double factor) {
    return [name = std::move(name), of_own = multiple_of(std::move(other), factor)](
               const Random& random, const std::string&, std::size_t post, std::size_t pre) {
        return of_own(random, name, post, pre);
    };
}

Initial multiple_of(Initial other, double factor) {
    return [other = std::move(other), factor](const Random& random, const std::string& name, std::size_t post,
                                              std::size_t pre) -> Entries {
        return [entry = other(random, name, post, pre), factor](std::size_t i, std::size_t j) {
            return factor * entry(i, j);
        };
    };
}

Eigen::MatrixXd whole(const Initial& initial, const Random& random, const std::string& name, std::size_t post,
                      std::size_t pre) {
    const Entries entry = initial(random, name, post, pre);
    return Eigen::MatrixXd::NullaryExpr(static_cast<Eigen::Index>(post), static_cast<Eigen::Index>(pre),
                                        [&](Eigen::Index i, Eigen::Index j) {
                                            return entry(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
                                        });
}

}  // namespace apical
