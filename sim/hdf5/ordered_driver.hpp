#pragma once
#include <string>

#include "sim/hdf5/handle.hpp"

namespace apical::hdf5 {

/// The storage driver under every file that this program writes. It makes a flush safe to be killed in, and a full disk
/// safe to fail on:
///
/// - Values go to the file at once. They only ever land in space that the metadata on disk does not count as written,
///   or repeat what is there.
/// - Metadata is held in memory until a flush, and then written in an order of which every prefix is a valid file:
///   first blocks in new space, which nothing refers to yet (here a full disk strikes); then the superblock, if the
///   file grew; then index nodes, parents before children, as a split node keeps its old content until its parent knows
///   the new sibling; then the object headers, and of each the first block last: it says how many rows there are, while
///   where they are may have moved into a further block.
/// - After the first write that fails nothing is written any more: what is on disk stays as the last flush left it. The
///   next flush, and each after it, fails with the reason, and so does reading values. Everything else succeeds in
///   silence, closing above all: the library does not survive an error there.
///
/// It needs blocks that do not cross a page (the kernel may be killed between two pages of one write), which the
/// alignment set by `File` provides. A second writer of the same file is refused (lock.hpp); readers are welcome.
Identifier ordered_driver();

/// Says that everything inside the file as it was opened is referred to. Call once after opening an existing file.
void settle(Identifier file);

/// Waits until everything of the last flush is on the disk. Returns "", or why it is not; then nothing is written any
/// more.
std::string synchronise(Identifier file);

/// "" if this process holds the lock on the file that it writes, else why there is none.
std::string missing_lock(Identifier file);

}  // namespace apical::hdf5
