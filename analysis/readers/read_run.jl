# A group of a run: metrics = read_run("digits.h5", "metrics"); metrics["test_accuracy"]
# Needs HDF5.jl. The last dimension of the file comes first here: cosine_h_sgd is (layer, time), W1 (pre, post).
using HDF5

read_run(file, name) = h5open(file) do run
    Dict(key => read(run[name][key]) for key in keys(run[name]) if run[name][key] isa HDF5.Dataset)
end
