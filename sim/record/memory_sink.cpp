#include "sim/record/memory_sink.hpp"

#include <algorithm>
#include <cassert>

namespace apical {
namespace {

std::size_t length_of(const Variable& variable, const std::vector<Axis>& axes) {
    std::size_t length = 1;
    for (const std::string& name : variable.axes) {
        const auto axis = std::find_if(axes.begin(), axes.end(), [&](const Axis& a) { return a.name == name; });
        assert(axis != axes.end());
        length *= axis->size();
    }
    return length;
}

}  // namespace

Sink::Id MemorySink::open(const Series& series) {
    Record record{series, 0, {}, {}};
    for (const Variable& variable : series.variables) record.row_length += length_of(variable, series.axes);
    records_.push_back(std::move(record));
    return records_.size() - 1;
}

void MemorySink::append(Id id, double time, std::span<const double> values) {
    Record& record = records_.at(id);
    assert(values.size() == record.row_length);
    record.times.push_back(time);
    record.rows.insert(record.rows.end(), values.begin(), values.end());
}

void MemorySink::append_each(Id id, double time, std::span<const std::uint32_t> numbers) {
    Record& record = records_.at(id);
    assert(record.row_length == 1);
    record.times.insert(record.times.end(), numbers.size(), time);
    record.rows.insert(record.rows.end(), numbers.begin(), numbers.end());
}

void MemorySink::write(const Field& field) { fields_.push_back(field); }

void MemorySink::attribute(const std::string& group, const std::string& name, const std::string& text) {
    attributes_[group][name] = text;
}

void MemorySink::text(const std::string& path, const std::string& content) { texts_[path] = content; }

void MemorySink::texts(const std::string& path, const std::vector<std::string>& contents) { lists_[path] = contents; }

std::vector<std::uint64_t> MemorySink::rows() const {
    std::vector<std::uint64_t> result;
    for (const Record& record : records_) result.push_back(record.times.size());
    return result;
}

bool MemorySink::has(const std::string& group) const {
    return std::any_of(records_.begin(), records_.end(), [&](const Record& r) { return r.series.group == group; });
}

const MemorySink::Record& MemorySink::record(const std::string& group) const {
    const auto found =
        std::find_if(records_.begin(), records_.end(), [&](const Record& r) { return r.series.group == group; });
    assert(found != records_.end());
    return *found;
}

MemorySink::Slice MemorySink::slice(const std::string& group, const std::string& variable) const {
    const Record& record = this->record(group);
    std::size_t offset = 0;
    for (const Variable& candidate : record.series.variables) {
        const std::size_t length = length_of(candidate, record.series.axes);
        if (candidate.name == variable) return {&record, offset, length};
        offset += length;
    }
    assert(false && "no such variable");
    return {&record, 0, 0};
}

const Series& MemorySink::series(const std::string& group) const { return record(group).series; }
const std::vector<double>& MemorySink::time(const std::string& group) const { return record(group).times; }

std::vector<double> MemorySink::values(const std::string& group, const std::string& variable) const {
    const Slice slice = this->slice(group, variable);
    std::vector<double> result;
    for (std::size_t row = 0; row < slice.record->times.size(); ++row) {
        const double* first = slice.record->rows.data() + row * slice.record->row_length + slice.offset;
        result.insert(result.end(), first, first + slice.length);
    }
    return result;
}

std::vector<double> MemorySink::last(const std::string& group, const std::string& variable) const {
    const Slice slice = this->slice(group, variable);
    assert(!slice.record->times.empty());
    const double* first =
        slice.record->rows.data() + slice.record->rows.size() - slice.record->row_length + slice.offset;
    return std::vector<double>(first, first + slice.length);
}

const Field& MemorySink::field(const std::string& group, const std::string& variable) const {
    // The last one written, as in a file.
    const auto found = std::find_if(fields_.rbegin(), fields_.rend(),
                                    [&](const Field& f) { return f.group == group && f.variable.name == variable; });
    assert(found != fields_.rend());
    return *found;
}

const std::string& MemorySink::attribute(const std::string& group, const std::string& name) const {
    return attributes_.at(group).at(name);
}

const std::string& MemorySink::text(const std::string& path) const { return texts_.at(path); }

const std::vector<std::string>& MemorySink::texts(const std::string& path) const { return lists_.at(path); }

}  // namespace apical
