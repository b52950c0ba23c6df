#pragma once
// The only file that touches Eigen's internal packet functions.
#include <Eigen/Core>
#include <concepts>

namespace apical {

/// A few cells side by side in one vector register. Signal functions and rules are written for one cell; they are
/// templates over the value, and the engine calls them with packs. There is no scalar tail (columns are padded): a
/// cell's bits never depend on its place.
template <std::floating_point S>
class Pack {
    using Register = typename Eigen::internal::packet_traits<S>::type;

   public:
    static constexpr std::size_t size = Eigen::internal::unpacket_traits<Register>::size;

    /// The outcome of a comparison, one truth value a cell.
    struct Mask {
        Register bits;
    };

    Pack() = default;
    Pack(double number) : value_(Eigen::internal::pset1<Register>(static_cast<S>(number))) {}
    explicit Pack(Register value) : value_(value) {}

    static Pack load(const S* aligned) { return Pack(Eigen::internal::pload<Register>(aligned)); }
    void store(S* aligned) const { Eigen::internal::pstore(aligned, value_); }
    static Pack load_anywhere(const S* from) { return Pack(Eigen::internal::ploadu<Register>(from)); }
    void store_anywhere(S* to) const { Eigen::internal::pstoreu(to, value_); }
    /// a b + c, rounded once where the processor can.
    static Pack multiply_add(Pack a, Pack b, Pack c) {
        return Pack(Eigen::internal::pmadd(a.value_, b.value_, c.value_));
    }
    S sum() const { return Eigen::internal::predux(value_); }

    friend Pack operator+(Pack a, Pack b) { return Pack(Eigen::internal::padd(a.value_, b.value_)); }
    friend Pack operator-(Pack a, Pack b) { return Pack(Eigen::internal::psub(a.value_, b.value_)); }
    friend Pack operator*(Pack a, Pack b) { return Pack(Eigen::internal::pmul(a.value_, b.value_)); }
    friend Pack operator/(Pack a, Pack b) { return Pack(Eigen::internal::pdiv(a.value_, b.value_)); }
    friend Pack operator-(Pack a) { return Pack(Eigen::internal::pnegate(a.value_)); }
    friend Mask operator<(Pack a, Pack b) { return {Eigen::internal::pcmp_lt(a.value_, b.value_)}; }
    friend Mask operator>(Pack a, Pack b) { return b < a; }
    friend Mask operator==(Pack a, Pack b) { return {Eigen::internal::pcmp_eq(a.value_, b.value_)}; }
    friend Pack select(Mask condition, Pack yes, Pack no) {
        return Pack(Eigen::internal::pselect(condition.bits, yes.value_, no.value_));
    }
    friend Pack max(Pack a, Pack b) { return Pack(Eigen::internal::pmax(a.value_, b.value_)); }
    friend Pack min(Pack a, Pack b) { return Pack(Eigen::internal::pmin(a.value_, b.value_)); }
    friend Pack log(Pack a) { return Pack(Eigen::internal::plog(a.value_)); }
    friend Pack sqrt(Pack a) { return Pack(Eigen::internal::psqrt(a.value_)); }
    friend Pack sin(Pack a) { return Pack(Eigen::internal::psin(a.value_)); }
    friend Pack cos(Pack a) { return Pack(Eigen::internal::pcos(a.value_)); }
    friend Pack exp(Pack a) { return Pack(Eigen::internal::pexp(a.value_)); }
    /// Absolute error of a few ulp of 1: enough for a rate.
    friend Pack tanh(Pack a) { return 1.0 - 2.0 / (exp(2.0 * a) + 1.0); }

   private:
    Register value_;
};

}  // namespace apical
