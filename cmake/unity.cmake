# Most of what it takes to compile the short files of these rooms is the headers that they share: eight of them at a time
# take a third to a half of the time. Off for who works on them, and for tools that look at files one by one.
option(APICAL_UNITY "Compile the short files of a room together; off to rebuild one at a time" ON)

function(apical_unity)
  foreach(room IN LISTS ARGN)
    set_target_properties(apical_${room} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endforeach()
endfunction()

if(APICAL_UNITY)
  cmake_language(DEFER CALL apical_unity circuit hdf5 synapses protocol record experiment sweep)
endif()
