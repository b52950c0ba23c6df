#pragma once
// The arithmetic in which rules, signals and neurons are written. All of it works on packs, as the engine calls it, and
// on float and double, so that the same struct serves a test, a plot or a loop of one's own.
//
//   + - * /  += -= *= /=  -a     as IEEE 754 has them, rounded once
//   < > <= >= == !=              a truth value a cell; with NaN only != is true
//   && || !                      of truth values; both sides are computed. any(c) of a pack: whether one is true
//   select(c, a, b)              a where c, else b; both are computed
//   min(a, b), max(a, b)         a if they are equal or b is NaN, or if a is NaN: write max(x, 0), and NaN stays
//   abs(a), square(a)            exact, or rounded once
//   floor(a)                     exact; infinities and NaN stay
//   sqrt(a)                      rounded once
//   exp(a), log(a)               2 ulp. Below its range exp is 0 or the smallest normal number, above it the largest
//                                numbers or infinity
//   pow(a, b)                    2 ulp; as std::pow at 0, 1, infinities and NaN, but -0 and -infinity may count as
//                                positive
//   sin(a), cos(a)               2 ulp of 1 for |a| up to 1e4 (float: 2e3)
//   tanh(a), sigmoid(a)          4 ulp of 1; sigmoid(a) = 1 / (1 + e^-a)
//
// But for min and max, no function makes a number of NaN. A scalar mixes with numbers of any type, which then has the
// wider of both types; a pack keeps its own.
//
// Packs are Eigen's. Their functions are internal to Eigen, and this is the only file that touches them: Eigen's public
// arrays offer the same only as whole columns, with one pass over memory for every operation instead of one for a whole
// function (and std::experimental::simd has another exp, so all results would change). Without vector instructions
// (EIGEN_DONT_VECTORIZE) a pack is one number.
#include <Eigen/Core>
#include <cmath>
#include <concepts>
#include <limits>
#include <type_traits>

namespace apical {

/// A few cells side by side in one vector register. Signal functions and rules are written for one cell; they are
/// templates over the value, and the engine calls them with packs. There is no scalar tail (columns are padded): a
/// cell's bits never depend on its place.
template <std::floating_point S>
class Pack {
    using Traits = Eigen::internal::packet_traits<S>;
    using Register = typename Traits::type;

   public:
    static constexpr std::size_t size = Eigen::internal::unpacket_traits<Register>::size;

    /// The outcome of a comparison, one truth value a cell.
    struct Mask {
        Register bits;
        friend Mask operator&&(Mask a, Mask b) { return {Eigen::internal::pand(a.bits, b.bits)}; }
        friend Mask operator||(Mask a, Mask b) { return {Eigen::internal::por(a.bits, b.bits)}; }
        friend Mask operator!(Mask a) { return {Eigen::internal::pnot(a.bits)}; }
        friend bool any(Mask a) { return Eigen::internal::predux_any(a.bits); }
    };

    Pack() = default;
    Pack(double number) : value_(Eigen::internal::pset1<Register>(static_cast<S>(number))) {}

    static Pack load(const S* aligned) { return of(Eigen::internal::pload<Register>(aligned)); }
    void store(S* aligned) const { Eigen::internal::pstore(aligned, value_); }
    static Pack load_anywhere(const S* from) { return of(Eigen::internal::ploadu<Register>(from)); }
    void store_anywhere(S* to) const { Eigen::internal::pstoreu(to, value_); }
    /// a b + c, rounded once where the processor can.
    static Pack multiply_add(Pack a, Pack b, Pack c) {
        return of(Eigen::internal::pmadd(a.value_, b.value_, c.value_));
    }
    S sum() const { return Eigen::internal::predux(value_); }

    friend Pack operator+(Pack a, Pack b) { return of(Eigen::internal::padd(a.value_, b.value_)); }
    friend Pack operator-(Pack a, Pack b) { return of(Eigen::internal::psub(a.value_, b.value_)); }
    friend Pack operator*(Pack a, Pack b) { return of(Eigen::internal::pmul(a.value_, b.value_)); }
    friend Pack operator/(Pack a, Pack b) { return of(Eigen::internal::pdiv(a.value_, b.value_)); }
    friend Pack operator-(Pack a) { return of(Eigen::internal::pnegate(a.value_)); }
    Pack& operator+=(Pack other) { return *this = *this + other; }
    Pack& operator-=(Pack other) { return *this = *this - other; }
    Pack& operator*=(Pack other) { return *this = *this * other; }
    Pack& operator/=(Pack other) { return *this = *this / other; }

    friend Mask operator<(Pack a, Pack b) { return {Eigen::internal::pcmp_lt(a.value_, b.value_)}; }
    friend Mask operator>(Pack a, Pack b) { return b < a; }
    friend Mask operator<=(Pack a, Pack b) { return {Eigen::internal::pcmp_le(a.value_, b.value_)}; }
    friend Mask operator>=(Pack a, Pack b) { return b <= a; }
    friend Mask operator==(Pack a, Pack b) { return {Eigen::internal::pcmp_eq(a.value_, b.value_)}; }
    friend Mask operator!=(Pack a, Pack b) { return !(a == b); }
    friend Pack select(Mask condition, Pack yes, Pack no) {
        return of(Eigen::internal::pselect(condition.bits, yes.value_, no.value_));
    }

    friend Pack max(Pack a, Pack b) { return of(Eigen::internal::pmax(a.value_, b.value_)); }
    friend Pack min(Pack a, Pack b) { return of(Eigen::internal::pmin(a.value_, b.value_)); }
    friend Pack abs(Pack a) { return of(Eigen::internal::pabs(a.value_)); }
    friend Pack square(Pack a) { return a * a; }
    friend Pack sqrt(Pack a) { return of(root(a.value_)); }
    friend Pack floor(Pack a) { return of(Eigen::internal::pfloor(a.value_)); }
    friend Pack exp(Pack a) { return of(Eigen::internal::pexp(a.value_)); }
    friend Pack log(Pack a) { return of(Eigen::internal::plog(a.value_)); }
    friend Pack pow(Pack a, Pack b) {
        if constexpr (size > 1 && Traits::HasRound) return of(Eigen::internal::generic_pow(a.value_, b.value_));
        else return each([](S x, S y) { return std::pow(x, y); }, a, b);
    }
    friend Pack sin(Pack a) {
        if constexpr (Traits::HasSin) return of(Eigen::internal::psin(a.value_));
        else return each([](S x, S) { return std::sin(x); }, a, a);
    }
    friend Pack cos(Pack a) {
        if constexpr (Traits::HasCos) return of(Eigen::internal::pcos(a.value_));
        else return each([](S x, S) { return std::cos(x); }, a, a);
    }
    friend Pack tanh(Pack a) { return 1.0 - 2.0 / (exp(2.0 * a) + 1.0); }
    friend Pack sigmoid(Pack a) { return 1.0 / (1.0 + exp(-a)); }

   private:
    static Pack of(Register value) {
        Pack pack;
        pack.value_ = value;
        return pack;
    }
    /// Eigen's begins with an estimate that processors of two makers give in other bits.
    template <class Other>
    static Other root(Other x) {
        return Eigen::internal::psqrt(x);
    }
#ifdef EIGEN_VECTORIZE_SSE
    static __m128 root(__m128 x) { return _mm_sqrt_ps(x); }
    static __m128d root(__m128d x) { return _mm_sqrt_pd(x); }
#endif
#ifdef EIGEN_VECTORIZE_AVX
    static __m256 root(__m256 x) { return _mm256_sqrt_ps(x); }
    static __m256d root(__m256d x) { return _mm256_sqrt_pd(x); }
#endif
#ifdef EIGEN_VECTORIZE_AVX512
    static __m512 root(__m512 x) { return _mm512_sqrt_ps(x); }
    static __m512d root(__m512d x) { return _mm512_sqrt_pd(x); }
#endif
    /// Cell by cell, where Eigen has no function of packs.
    static Pack each(auto function, Pack a, Pack b) {
        alignas(64) S x[size];
        alignas(64) S y[size];
        a.store(x);
        b.store(y);
        for (std::size_t k = 0; k < size; ++k) x[k] = function(x[k], y[k]);
        return load(x);
    }

    Register value_;
};

/// Numbers of which one at least is floating: what the arithmetic of scalars takes.
template <class... V>
concept Scalars = (std::is_arithmetic_v<V> && ...) && (std::floating_point<V> || ...);

template <class A, class B>
requires Scalars<A, B>
constexpr std::common_type_t<A, B> select(bool condition, A yes, B no) {
    if (condition) return yes;
    return no;
}
template <class A, class B>
requires Scalars<A, B>
constexpr std::common_type_t<A, B> max(A a, B b) { return select(a < b, b, a); }
template <class A, class B>
requires Scalars<A, B>
constexpr std::common_type_t<A, B> min(A a, B b) { return select(b < a, b, a); }
template <class A, class B>
requires Scalars<A, B> std::common_type_t<A, B> pow(A a, B b) {
    using Wider = std::common_type_t<A, B>;
    return std::pow(static_cast<Wider>(a), static_cast<Wider>(b));
}

template <std::floating_point S>
constexpr S square(S a) {
    return a * a;
}
template <std::floating_point S>
S sigmoid(S a) {
    return 1 / (1 + std::exp(-a));
}
using std::abs, std::sqrt, std::floor, std::exp, std::log, std::sin, std::cos, std::tanh;

}  // namespace apical
