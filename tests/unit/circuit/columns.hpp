#pragma once
#include <Eigen/Core>
#include <algorithm>
#include <deque>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sim/circuit/rule.hpp"
#include "sim/core/random.hpp"

namespace apical {

/// PlainColumns of a few populations in plain memory, aligned and padded as the engine does it, to bind one function to
/// and to spoil at will. Every population has every column, now and before, and the slope of each.
template <class S>
class PlainColumns final : public Layout<S>, public SideBuffers<S> {
   public:
    PlainColumns(std::vector<std::size_t> units, std::size_t lanes, const std::vector<std::string>& names)
        : units_(std::move(units)), lanes_(lanes) {
        for (PopulationId p{}; p < units_.size(); ++p)
            for (const std::string& name : names)
                for (Kind kind : {Kind::now, Kind::before, Kind::slope}) add(p, name, kind);
    }

    Ref<S> ref(PopulationId p, std::string_view name, Instant instant) const override {
        return find(p, name, instant == Instant::now ? Kind::now : Kind::before);
    }
    Ref<S> slope(PopulationId p, std::string_view state) const override { return find(p, state, Kind::slope); }
    std::size_t cells(PopulationId p) const override { return units_[p] * lanes_; }
    Ref<S> buffer(PopulationId p) override {
        add(p, "", Kind::buffer);
        return {&columns_.back().data, 0};
    }

    /// Random values of either sign everywhere, the same at every call.
    void fill() {
        const Random random(17);
        std::uint32_t entity = 0;
        for (Column& column : columns_)
            for (S& value : column.values) value = static_cast<S>(random.normal(Random::stream("columns"), entity++));
    }
    /// Everything turns into 1e30 or NaN, padding too; only this one cell keeps what it had, in the columns listed.
    void spoil_all_but(PopulationId p, std::size_t cell, const std::vector<Read>& kept) {
        for (Column& column : columns_) {
            const auto same = [&](const Read& read) {
                return read.column == column.name &&
                       (read.instant == Instant::now ? Kind::now : Kind::before) == column.kind;
            };
            const bool keeps = column.population == p && std::any_of(kept.begin(), kept.end(), same);
            for (std::size_t k = 0; k < static_cast<std::size_t>(column.values.size()); ++k)
                if (!keeps || k != cell) column.data[k] = k % 2 == 0 ? S(1e30) : std::numeric_limits<S>::quiet_NaN();
        }
    }

   private:
    enum class Kind { now, before, slope, buffer };
    struct Column {
        PopulationId population;
        std::string name;
        Kind kind;
        Eigen::Matrix<S, Eigen::Dynamic, 1> values;
        S* data;
    };

    void add(PopulationId p, const std::string& name, Kind kind) {
        constexpr std::size_t line = 64 / sizeof(S);
        columns_.push_back({p, name, kind, {}, nullptr});
        columns_.back().values.setZero(static_cast<Eigen::Index>((cells(p) + line - 1) / line * line));
        columns_.back().data = columns_.back().values.data();
    }
    Ref<S> find(PopulationId p, std::string_view name, Kind kind) const {
        for (const Column& column : columns_)
            if (column.population == p && column.name == name && column.kind == kind) return {&column.data, 0};
        throw std::out_of_range("no column '" + std::string(name) + "'");
    }

    std::vector<std::size_t> units_;
    std::size_t lanes_;
    std::deque<Column> columns_;  // references stay valid while buffers are added
};

}  // namespace apical
