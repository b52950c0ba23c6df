#include "sim/record/hdf5_sink.hpp"

#include <algorithm>
#include <cassert>

#include "sim/core/error.hpp"
#include "sim/hdf5/rewrite.hpp"
#include "sim/record/growing_series.hpp"
#include "sim/record/netcdf.hpp"
#include "sim/record/output_file.hpp"

namespace apical {
namespace {

constexpr int deflate_level = 4;

/// Gives the file another layout. Returns the new one, which is locked from before it gets the name.
hdf5::File rewritten(const std::string& path, hdf5::Layout layout, int deflate) {
    OutputFile output(path, Existing::ours);
    hdf5::File file = hdf5::rewrite(path, output.temporary(), layout, deflate);
    output.commit();
    file.is_now(path);
    return file;
}

/// The file gets its name when it opens, whatever happens then: until then an older one is there.
hdf5::File make(const std::string& path, bool force) {
    OutputFile output(path, force ? Existing::replaced : Existing::refused);
    hdf5::File file = hdf5::File::create(output.temporary(), hdf5::Layout::growing);
    file.flush();
    output.commit();
    file.rely_on();
    return file;
}

void require_continuation(const hdf5::File& file, const Hdf5Sink::Continuation& how) {
    if (how.series.size() != how.rows.size())
        throw InputError({{file.path(), 0, 0},
                          "",
                          std::to_string(how.series.size()) + " series",
                          std::to_string(how.rows.size()) + ", as the checkpoint says",
                          ""});
    how.check(file);
    for (std::size_t k = 0; k < how.series.size(); ++k) require_series(file, how.series[k], how.rows[k]);
}

hdf5::File go_on(const std::string& path, const Hdf5Sink::Continuation& how) {
    // Before it is open for writing.
    try {
        require_continuation(hdf5::File::open(path), how);
    } catch (const InputError& error) {
        InputError::Parts parts = error.parts();
        if (parts.place.file == path) parts.hint += (parts.hint.empty() ? "" : " ") + how.otherwise;
        throw InputError(parts);
    }
    hdf5::File file = hdf5::File::edit(path);  // which locks it
    require_continuation(file, how);           // what another process may have done in between
    // A run that was killed between its orderly end and the removal of its checkpoint left a compressed file, which
    // could not grow safely.
    if (!file.is_growing()) file = rewritten(path, hdf5::Layout::growing, 0);
    file.rely_on();
    return file;
}

hdf5::File make_or_open(Hdf5Sink::Options& options) {
    hdf5::File file = options.resume ? go_on(options.path, *options.resume) : make(options.path, options.force);
    if (options.name.empty()) options.name = options.path;
    file.is_now(options.name);
    return file;
}

}  // namespace

struct Hdf5Sink::State {
    std::string path;
    hdf5::File file;
    bool is_empty = file.list().empty();  ///< on disk
    std::vector<GrowingSeries> series{};
    std::vector<std::pair<std::string, hdf5::Attributes>> attributes{};  ///< of groups, since the last flush
    std::string group_of_fields{};  ///< the last that was written since the last flush
    std::string failure{};          ///< of the first write that failed; "" so far
    bool is_over = false;           ///< nothing can be written any more

    void note(const std::string& group, const std::string& name, const std::string& text) {
        auto there = std::ranges::find(attributes, group, [](const auto& one) { return one.first; });
        if (there == attributes.end()) there = attributes.insert(there, {group, {}});
        const auto before = std::ranges::find(there->second, name, [](const auto& one) { return one.first; });
        if (before == there->second.end()) there->second.emplace_back(name, text);
        else before->second = text;
    }

    /// Everything is in the file after this, by a step that leaves it valid at every moment: mostly in place.
    void write_out() {
        if (file.flush_in_place()) return;
        OutputFile copy(path, Existing::ours);
        file.write_copy(copy.temporary());
        copy.commit();
        file.go_on_in_copy();
    }

    /// Writes that fail do so here (sim/hdf5/ordered_driver.hpp). What changes the structure of a file that has one is
    /// written one group at a time, which is possible in place.
    void flush() try {
        for (GrowingSeries& one : series) one.drain();
        if (!is_empty) write_out();
        for (const auto& [group, those] : attributes)
            if (file.set_attributes(group, those) && !is_empty) write_out();
        if (is_empty) write_out();
        is_empty = false;
        attributes.clear();
        group_of_fields.clear();
    } catch (const InputError& error) {
        throw RunError(error.what());  // the place for the copy
    } catch (const RunError& error) {
        throw RunError(std::string(error.what()) +
                       "; the file is readable and holds everything up to the last flush: make room, then resume from "
                       "the last checkpoint");
    }
};

Hdf5Sink::Hdf5Sink(Options options)
    : options_(std::move(options)),
      state_(new State{options_.path, make_or_open(options_)}),
      last_flush_(std::chrono::steady_clock::now()) {
    if (options_.resume) options_.resume->check = nullptr;  // it may refer to what ends before the sink
}

Hdf5Sink::~Hdf5Sink() {
    try {
        close();
    } catch (const std::exception&) {
        // Whoever needs to know calls close or finish.
    }
}

/// Remembers the first failure, as nothing reaches the file after it.
template <class Work>
void Hdf5Sink::guarded(const Work& work) {
    assert(state_ != nullptr && !state_->is_over);
    if (!state_->failure.empty()) throw RunError(state_->failure);
    try {
        try {
            work();
        } catch (const InputError&) {
            state_->flush();  // what a full disk has not taken is read back as something else: then that is the reason
            throw;
        }
    } catch (const RunError& error) {
        state_->failure = error.what();
        throw;
    }
}

Sink::Id Hdf5Sink::open(const Series& series) {
    guarded([&] {
        const std::size_t id = state_->series.size();
        const std::uint64_t keep = options_.resume && id < options_.resume->rows.size() ? options_.resume->rows[id] : 0;
        state_->series.emplace_back(state_->file, series, keep);
    });
    return state_->series.size() - 1;
}

void Hdf5Sink::append(Id id, double time, std::span<const double> values) {
    guarded([&] { state_->series.at(id).append(time, values); });
    flush_if_due();
}

void Hdf5Sink::append_each(Id id, double time, std::span<const std::uint32_t> numbers) {
    guarded([&] { state_->series.at(id).append_each(time, numbers); });
    flush_if_due();
}

void Hdf5Sink::flush_if_due() {
    if (std::chrono::steady_clock::now() - last_flush_ >= std::chrono::duration<double>(options_.flush_interval))
        flush();
}

void Hdf5Sink::write(const Field& field) {
    guarded([&] {
        if (!state_->group_of_fields.empty() && state_->group_of_fields != field.group) state_->flush();
        state_->group_of_fields = field.group;
        const std::string path = join(field.group, field.variable.name);
        const hdf5::Shape shape = row_shape(field.variable, field.axes);
        require_axes(state_->file, field.group, field.axes);
        if (state_->file.exists(path)) {  // from an earlier, interrupted part of this run
            hdf5::DataSet found = state_->file.data_set(path);
            if (found.shape() != shape)
                throw InputError({{options_.name, 0, 0}, path, "another shape", "that of this run", ""});
            found.write<double>(field.values);
            return;
        }
        hdf5::DataSetForm form{kind_of(field.storage), shape};
        // Chunks, so that it can be compressed, unless it is small.
        if (!shape.empty() && field.values.size() * size_of(field.storage) >= 16 << 10)
            form.chunk = chunk_shape({shape.begin() + 1, shape.end()}, size_of(field.storage), shape[0]);
        make_variable(state_->file, field.group, field.variable, form, "").write<double>(field.values);
    });
}

void Hdf5Sink::attribute(const std::string& group, const std::string& name, const std::string& text) {
    guarded([&] { state_->note(group, name, text); });
}

void Hdf5Sink::text(const std::string& path, const std::string& content) {
    guarded([&] {
        if (state_->file.exists(path)) {
            if (state_->file.data_set(path).text() == content) return;
            state_->file.remove(path);
        }
        state_->file.make_text(path, content);
    });
}

void Hdf5Sink::texts(const std::string& path, const std::vector<std::string>& contents) {
    guarded([&] {
        if (state_->file.exists(path)) {
            if (state_->file.data_set(path).texts() == contents) return;
            state_->file.remove(path);
        }
        state_->file.make_texts(path, contents);
    });
}

std::vector<std::uint64_t> Hdf5Sink::rows() const {
    std::vector<std::uint64_t> result;
    for (const GrowingSeries& series : state_->series) result.push_back(series.rows());
    return result;
}

void Hdf5Sink::remove(const std::string& path) {
    guarded([&] {
        if (state_->file.exists(path)) state_->file.remove(path);
    });
}

void Hdf5Sink::flush() {
    guarded([&] { state_->flush(); });
    last_flush_ = std::chrono::steady_clock::now();
}

void Hdf5Sink::synchronise() {
    flush();
    guarded([&] { state_->file.synchronise(); });
}

std::string Hdf5Sink::missing_lock() const { return state_->file.missing_lock(); }

void Hdf5Sink::close() {
    if (state_ == nullptr) return;
    if (state_->failure.empty() && !state_->is_over) try {
            flush();
        } catch (const RunError&) {
            // Remembered as the failure.
        }
    const std::string failure = state_->failure;
    state_.reset();
    if (!failure.empty()) throw RunError(failure);
}

std::string Hdf5Sink::finish() {
    guarded([&] {
        for (GrowingSeries& series : state_->series) series.cut();
    });
    synchronise();
    state_->is_over = true;
    state_->series.clear();
    if (!options_.compress_at_close) return "";
    try {
        state_->file = rewritten(options_.path, hdf5::Layout::finished, deflate_level);
    } catch (const std::runtime_error& error) {
        return options_.name + " is complete, but not compressed: " + error.what();
    }
    return "";
}

}  // namespace apical
