#pragma once
#include <cmath>

namespace apical {

/// The Ornstein-Uhlenbeck process tau dx = -x dt + sigma sqrt(2 tau) dW, exactly, from one grid point to the next:
///
///     x(t + dt) = keep x(t) + kick xi,   keep = e^(-dt/tau),   kick = sigma sqrt(1 - e^(-2 dt/tau)),   xi ~ N(0, 1)
///
/// so its law on the grid does not depend on dt. From x(0):
///
///     mean             e^(-t/tau) x(0)
///     variance         sigma^2 (1 - e^(-2 t/tau)),   sigma being the stationary standard deviation
///     autocovariance   sigma^2 e^(-|s|/tau)   once it is stationary
///
/// White noise through a leak, dx = -leak x dt + s dW, is the same process: tau = 1/leak, sigma^2 = s^2 / (2 leak). A
/// stepper that is handed s xi / sqrt(dt) gives it the variance s^2 / (2 leak) times, with z = leak dt,
///
///     euler_maruyama      1 / (1 - z/2)
///     exponential_euler   tanh(z/2) / (z/2)
///     stochastic_heun     (1 - z/2) / (1 - z/2 + z^2/4)
///
/// and keeps of it, from one step to the next, 1 - z, e^-z and 1 - z + z^2/2.
template <class S>
struct OrnsteinUhlenbeck {
    S keep, kick;

    /// tau, dt > 0 in one unit of time; sigma >= 0 in that of x.
    OrnsteinUhlenbeck(double tau, double sigma, double dt)
        : keep(static_cast<S>(std::exp(-dt / tau))),
          kick(static_cast<S>(sigma * std::sqrt(-std::expm1(-2 * dt / tau)))) {}

    /// Euler and Maruyama's scheme in place of the exact one: keep = 1 - dt/tau, kick = sigma sqrt(2 dt/tau). The
    /// stationary variance is sigma^2 / (1 - dt/(2 tau)).
    static OrnsteinUhlenbeck euler_maruyama(double tau, double sigma, double dt) {
        OrnsteinUhlenbeck process(tau, sigma, dt);
        process.keep = static_cast<S>(1 - dt / tau);
        process.kick = static_cast<S>(sigma * std::sqrt(2 * dt / tau));
        return process;
    }

    S next(S x, S xi) const { return keep * x + kick * xi; }
};

}  // namespace apical
