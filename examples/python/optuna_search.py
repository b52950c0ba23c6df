#!/usr/bin/env python3
"""A search by Optuna that stops poor runs early, by the accuracy on the validation part.

    python optuna_search.py EXPERIMENT.toml FOLDER [--trials 20] [--epochs 10]

Every trial is a run with a file of its own, FOLDER/NUMBER.h5; one that is stopped holds the rows so far. The test part
takes no part in the search.
"""
import argparse
import pathlib

import apical
import optuna


def search(experiment, folder, trials, epochs):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)

    def objective(trial):
        changes = {"circuit.eta_W": trial.suggest_float("eta_W", 0.005, 0.5, log=True),
                   "circuit.gamma_W": trial.suggest_float("gamma_W", 1e-4, 1e-2, log=True),
                   "run.epochs": epochs, "run.baselines": [], "record.metrics": "1 epoch", "record.spectra": "never"}
        seen = []

        def follow(standing):
            accuracy = standing["validation_accuracy"]
            if accuracy is None or (seen and standing["loss"] == seen[-1]):
                return  # nothing was measured since
            seen.append(standing["loss"])
            trial.report(accuracy, len(seen))
            if trial.should_prune():
                raise optuna.TrialPruned()  # ends the run, too

        try:
            with apical.run(experiment, folder / f"{trial.number}.h5", changes=changes, progress=follow) as run:
                return float(run["metrics/validation_accuracy"][-1])
        except apical.NumericalError:
            return 0.0  # it diverged

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1),
                                pruner=optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=2))
    study.optimize(objective, n_trials=trials)
    return study


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment")
    parser.add_argument("folder")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--epochs", type=int, default=10)
    words = parser.parse_args()
    found = search(words.experiment, words.folder, words.trials, words.epochs)
    pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in found.trials)
    print(f"best {found.best_value:.4f} with {found.best_params}; {pruned} of {len(found.trials)} stopped early")
