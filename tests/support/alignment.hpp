#pragma once
#include <vector>

#include "sim/protocol/evaluator.hpp"
#include "sim/protocol/training.hpp"
#include "tests/support/teacher_student.hpp"

namespace apical::theorem {

/// What the theorem speaks of, for one hidden layer, on the evaluation batch; plastic parts only, decay excluded.
struct LayerAlignment {
    double rel = 0;             ///< |dW - H dW_sgd| / |dW|, H = Vbar Vbar^T
    double rel_sgd = 0;         ///< |dW - dW_sgd| / |dW|
    double rel_reweighted = 0;  ///< |dW - C dtilde h^T| / |dW| (spec 3.6); NaN unless the motif is topographic
    double cos_h = 0;           ///< cosine of dW and H dW_sgd
    double cos_sgd = 0;         ///< cosine of dW and dW_sgd
    double rank_Vbar = 0;       ///< effective rank
    double rank_W = 0;
    double smallest_eigenvalue_H = 0;
    double largest_eigenvalue_H = 0;
    double norm_V = 0;  ///< Frobenius
    double norm_W = 0;
    double asymmetry = 0;  ///< |V - Vbar^T| / (|V| + |Vbar|)
};

/// exp of the entropy of the normalised singular values (Roy and Vetterli 2007).
double effective_rank(const Matrix<double>& m);

/// Layers 1 .. L-1 of a self_assembly circuit. dW_sgd comes from a backpropagation circuit that is given the same W.
std::vector<LayerAlignment> measure_alignment(const Training<double>& simulation, const Upstream& upstream,
                                              const TeacherStudent& task);

}  // namespace apical::theorem
