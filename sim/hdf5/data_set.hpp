#pragma once
#include <cstdint>
#include <span>

#include "sim/hdf5/object.hpp"

namespace apical::hdf5 {

using Shape = std::vector<std::uint64_t>;

/// What an element is in the file.
/// Numbers of other widths are read as the library converts them; a boolean is the enumeration that h5py makes.
enum class Kind { float32, float64, other_float, uint64, byte, other_integer, boolean, text, other };

/// A data set to be made.
struct DataSetForm {
    Kind kind = Kind::float64;  ///< float32, float64, uint64 or byte
    Shape shape;
    bool grows = false;  ///< without limit along the first axis; needs chunks
    Shape chunk{};       ///< empty: stored in one piece
};

/// An n-dimensional array in a file. Reading and writing convert between number types as HDF5 does; T is float, double,
/// std::uint8_t, std::int64_t or std::uint64_t. Row-major.
class DataSet : public Object {
   public:
    DataSet(Handle handle, Origin origin, std::string name);

    Shape shape() const;
    std::uint64_t count() const;  ///< elements: the product of the shape
    Shape chunk() const;          ///< empty if stored in one piece
    Kind kind() const;
    bool is_filtered() const;
    bool grows() const;  ///< without limit along the first axis

    template <class T>
    std::vector<T> read() const;
    /// Fails unless the span has `count()` elements.
    template <class T>
    void read(std::span<T> values) const;
    /// Rows [first, first + rows) along the first axis.
    template <class T>
    std::vector<T> read_rows(std::uint64_t first, std::uint64_t rows) const;
    /// The text of a data set of one string, of fixed or variable length (then as of the last flush).
    std::string text() const;
    /// The texts of a list of strings of variable length, stored in one piece.
    std::vector<std::string> texts() const;

    template <class T>
    void write(std::span<const T> values);
    /// Changes the extent along the first axis.
    void resize(std::uint64_t rows);
    /// Writes whole rows at `first`, growing the data set if needed.
    template <class T>
    void write_rows(std::uint64_t first, std::span<const T> values);

    /// The elements of whole rows as they are in the file; of a single number: row 0. `values` has room for them.
    void read_stored(std::uint64_t first, std::uint64_t rows, void* values) const;

    /// Fails for values of other files (external storage, virtual data sets) and for filters this program does not
    /// have.
    void require_contained() const;
    /// Fails if there are far more elements than have been stored.
    void require_stored() const;
    /// Fails if a chunk of an uncompressed data set is missing from the index or misplaced. The index has no checksum,
    /// and changing a damaged one makes the library (1.10) write out of bounds.
    void require_sound_index() const;

    /// Makes this the dimension scale called `scale`.
    void make_scale(const std::string& scale);
    /// Attaches a dimension scale to axis `axis`.
    void attach(std::size_t axis, const DataSet& scale);
    /// Path of the scale attached to each axis, "" where there is none. Found in the group of this data set.
    std::vector<std::string> scales() const;

   private:
    /// Fails unless there are numbers, `rows` of which can be in the file: so a corrupted extent is not allocated.
    void require_numbers(std::uint64_t rows) const;
    /// InputError if chunks of them are misplaced, of a wrong length, more than the file can hold, or, with
    /// `all_there`, missing. Bytes of a chunk as it is after deflate is undone; 0: not in chunks.
    std::size_t require_sound_rows(std::uint64_t first, std::uint64_t rows, bool all_there) const;
    /// Bytes that the data set takes in the file.
    std::uint64_t stored_bytes() const;
    std::uint64_t file_bytes() const;
    void transfer(std::uint64_t first, std::uint64_t rows, Identifier type, void* values) const;
};

}  // namespace apical::hdf5
