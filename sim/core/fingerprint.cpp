#include "sim/core/fingerprint.hpp"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace apical {

struct Fingerprint::State {
    XXH3_state_t hash;
};

Fingerprint::Fingerprint() = default;
Fingerprint::~Fingerprint() = default;

void Fingerprint::add(std::string_view text) {
    add(std::uint64_t{text.size()});
    add(std::span(text.data(), text.size()));
}

void Fingerprint::add_bytes(std::span<const std::byte> bytes) {
    if (!state_) {
        state_ = std::make_unique<State>();
        XXH3_INITSTATE(&state_->hash);
        XXH3_128bits_reset(&state_->hash);
    }
    XXH3_128bits_update(&state_->hash, bytes.data(), bytes.size());
}

std::string Fingerprint::text() const {
    const XXH128_hash_t hash = state_ ? XXH3_128bits_digest(&state_->hash) : XXH3_128bits("", 0);
    return fmt::format("XXH3-128 {:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace apical
