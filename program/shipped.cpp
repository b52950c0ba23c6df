#include "program/shipped.hpp"

#include "analysis/commands.hpp"
#include "analysis/registry.hpp"
#include "data/registry.hpp"
#include "models/registry.hpp"

namespace apical {

Catalogue shipped() {
    return {.models = models(),
            .rules = rules(),
            .neurons = neurons(),
            .columns = columns(),
            .data = data_sources(),
            .metrics = metric_sets(),
            .results = {.analyse = analyse, .report = write_page, .export_groups = export_groups, .plot = plot},
            .extensions = {}};
}

}  // namespace apical
