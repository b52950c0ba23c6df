#pragma once
#include <string>

#include "sim/hdf5/handle.hpp"

namespace apical::hdf5 {

/// The storage driver under every file that this program writes. It makes a flush safe to be killed in, and a full disk
/// safe to fail on:
///
/// - Values go to the file at once. They only ever land in space that the metadata on disk does not count as written,
///   or repeat what is there. Space that was given back is not used again.
/// - Metadata is held in memory until a flush, and then written in an order of which every prefix is a valid file:
///   first blocks in new space, which nothing refers to yet (here a full disk strikes); then the superblock, if the
///   file grew; then index nodes, parents before children, as a split node keeps its old content until its parent knows
///   the new sibling; then the object headers, and of each the first block last: it says how many rows there are, while
///   where they are may have moved into a further block.
/// - That order is enough for more rows, and for one block in which objects, links or attributes come and go. What
///   changes more is not written in place (`is_waiting`): the library may move messages between the blocks of a header,
///   and after a part of these writes some would be gone. It goes into a copy of the file that takes its place.
/// - After the first write that fails nothing is written any more: what is on disk stays as the last flush left it. The
///   next flush, and each after it, fails with the reason, and so does reading values. Everything else succeeds in
///   silence, closing above all: the library does not survive an error there.
///
/// It needs blocks that begin on a page and lie in one where they can (the kernel may be killed between two pages of
/// one write), which the alignment set by `File` provides. A second writer of the same file is refused (lock.hpp);
/// readers are welcome.
Identifier ordered_driver();

/// Says that everything inside the file as it was opened is referred to. Call once after opening an existing file.
void refer_to_all(Identifier file);

/// From here on the file must be a valid one at every moment. Before, as long as it has no name that anybody knows, a
/// flush writes everything in place.
void rely_on(Identifier file);

/// Whether the last flush could not be written in place, and nothing reaches the disk until it is in a copy. Such a
/// file can be closed: then it stays as it was.
bool is_waiting(Identifier file);

/// Writes the file, with what waits, to `path`, an empty file, and locks that. Returns "", or why it could not.
std::string write_copy(Identifier file, const std::string& path);

/// The copy has taken the name of the file: everything else is written there.
void go_on_in_copy(Identifier file);

/// Waits until everything of the last flush is on the disk. Returns "", or why it is not; then nothing is written any
/// more.
std::string synchronise(Identifier file);

/// "" if this process holds the lock on the file that it writes, else why there is none.
std::string missing_lock(Identifier file);

}  // namespace apical::hdf5
