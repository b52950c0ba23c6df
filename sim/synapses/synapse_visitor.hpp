#pragma once
#include <cstdint>
#include <span>

namespace apical {

/// Is shown all synapses of one Weights, dense and sparse alike, some at a time, each once, in the order in which they
/// are stored: synapse k leads from cell pre[k] to cell post[k]. The spans are valid within the call only.
class SynapseVisitor {
   public:
    virtual ~SynapseVisitor() = default;
    virtual void visit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
                       std::span<const double> values) = 0;
};

/// The same for who changes them: what stands in `values` afterwards is rounded and kept.
class SynapseEditor {
   public:
    virtual ~SynapseEditor() = default;
    virtual void edit(std::span<const std::uint32_t> post, std::span<const std::uint32_t> pre,
                      std::span<double> values) = 0;
};

}  // namespace apical
