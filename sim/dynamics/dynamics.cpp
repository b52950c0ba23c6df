#include "sim/dynamics/dynamics.hpp"

#include "sim/dynamics/coupled.hpp"
#include "sim/dynamics/settled.hpp"
#include "sim/dynamics/spiking.hpp"
#include "sim/dynamics/strang.hpp"

namespace apical {

template <class S>
std::unique_ptr<Dynamics<S>> make_dynamics(const Setup& setup, const Circuit& circuit, Network<S>& network,
                                           WeightUpdate<S>* update, const std::string& stream) {
    if (setup.mode == Mode::settled) return std::make_unique<Settled<S>>(network);
    if (setup.mode == Mode::spiking) return std::make_unique<Spiking<S>>(setup, circuit, network, stream);
    if (update != nullptr && setup.clock.splitting == Splitting::strang)
        return std::make_unique<Strang<S>>(setup, circuit, network, *update, stream);
    if (update != nullptr && setup.clock.splitting == Splitting::coupled)
        return std::make_unique<Coupled<S>>(setup, circuit, network, *update, stream);
    return std::make_unique<Continuous<S>>(setup, circuit, network, stream);
}

template std::unique_ptr<Dynamics<float>> make_dynamics(const Setup&, const Circuit&, Network<float>&,
                                                        WeightUpdate<float>*, const std::string&);
template std::unique_ptr<Dynamics<double>> make_dynamics(const Setup&, const Circuit&, Network<double>&,
                                                         WeightUpdate<double>*, const std::string&);

}  // namespace apical
