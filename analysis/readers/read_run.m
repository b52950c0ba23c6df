% A group of a run as a struct, e.g. metrics = read_run("digits.h5", "/metrics"); plot(metrics.epoch, metrics.test_accuracy)
% In Octave: pkg load netcdf. The last dimension of the file comes first here: cosine_h_sgd is (layer, time), W1 (pre, post).
function group = read_run(file, name)
  info = ncinfo(file, name);
  for k = 1:numel(info.Variables)
    variable = info.Variables(k).Name;
    group.(variable) = ncread(file, [name "/" variable]);
  end
end
