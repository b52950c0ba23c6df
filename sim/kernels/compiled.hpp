#pragma once
// For the files that are compiled once for every instruction set, with APICAL_SET its name. Their namespace carries it,
// and so do Eigen and Pack there (sim/kernels/CMakeLists.txt renames them): the linker keeps one of several functions
// with the same name, and that of AVX-512 must not be the one that another processor gets. So no other library with
// inline functions may be used in these files beyond what always goes inline; tests/kernels looks at their symbols.
#include "sim/kernels/kernels.hpp"

#define APICAL_DECLARE_KERNELS(set)                                          \
    namespace apical::set {                                                  \
    template <class S>                                                       \
    void multiply(const typename Kernels<S>::Product& product);              \
    template <class S>                                                       \
    void add_outer(const typename Kernels<S>::Outer& update);                \
    template <class S>                                                       \
    void add_rows(const typename Kernels<S>::Outer& update);                 \
    template <class S>                                                       \
    void make_deferred(const typename Kernels<S>::Deferred& updates);        \
    template <class S>                                                       \
    void multiply_by_columns(const typename Kernels<S>::ByColumns& product); \
    template <class S>                                                       \
    void add_dots(const typename Kernels<S>::Dots& of);                      \
    }

APICAL_DECLARE_KERNELS(APICAL_SET)
