#include "sim/core/abi.hpp"

#define APICAL_TEXT_ONCE_MORE(word) #word
#define APICAL_TEXT(word) APICAL_TEXT_ONCE_MORE(word)

namespace apical {

const char APICAL_COMPILED_FOR[] = APICAL_TEXT(APICAL_INSTRUCTIONS);

}  // namespace apical
