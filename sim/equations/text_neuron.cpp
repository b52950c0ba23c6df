#include "sim/equations/text_neuron.hpp"

#include <utility>

#include "sim/equations/text_cells.hpp"

namespace apical::equations {
namespace {

class NeuronFromText final : public EventNeuron {
   public:
    explicit NeuronFromText(TextNeuron text) : text_(std::move(text)) {}
    Info info() const override { return {text_.name, "A neuron of the experiment file.", text_.equation, ""}; }
    std::vector<CellParameter> parameters() const override {
        std::vector<CellParameter> all;
        for (const Parameter& of : text_.parameters)
            all.push_back({of.name, of.preset.in_unit, of.preset.unit, "of the experiment file"});
        return all;
    }
    std::vector<CellColumn> inputs() const override {
        std::vector<CellColumn> all;
        for (const TextNeuron::Column& of : text_.inputs)
            all.push_back({of.name, of.unit, "what arrives in a step, for this step"});
        return all;
    }
    std::vector<CellColumn> receptors() const override {
        std::vector<CellColumn> all;
        for (const TextNeuron::Receptor& of : text_.receptors)
            all.push_back({of.column.name, of.column.unit, "what arrives, and decays"});
        return all;
    }
    std::vector<CellColumn> states() const override {
        std::vector<CellColumn> all;
        for (const TextNeuron::State& of : text_.states)
            all.push_back({of.column.name, of.column.unit, "of the experiment file"});
        return all;
    }
    std::vector<Read> reads() const override { return text_.sees; }
    std::string event() const override { return spike; }
    bool has_amplitudes() const override { return false; }
    bool has_refractory_time() const override { return text_.refractory.has_value(); }
    std::unique_ptr<EventCells<float>> bind(const Layout<float>& layout, PopulationId population,
                                            const CellNumbers& numbers, double dt) const override {
        return std::make_unique<TextCells<float>>(text_, layout, population, numbers, dt);
    }
    std::unique_ptr<EventCells<double>> bind(const Layout<double>& layout, PopulationId population,
                                             const CellNumbers& numbers, double dt) const override {
        return std::make_unique<TextCells<double>>(text_, layout, population, numbers, dt);
    }

   private:
    TextNeuron text_;
};

}  // namespace

std::shared_ptr<const EventNeuron> event_neuron(TextNeuron text) {
    return std::make_shared<NeuronFromText>(std::move(text));
}

}  // namespace apical::equations
