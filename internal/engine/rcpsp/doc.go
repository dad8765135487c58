// Package rcpsp solves the bare resource-constrained project scheduling problem
// for the shortest makespan: tasks of constant length, lags from start to start
// (with maximum lags: RCPSP/max), capacities that are constant. Package engine hands it the problems that are of this
// form; everything is plain numbers here.
//
// Two searches run side by side and tell each other the best they know after
// every round, so that the result depends on the seed and the number of steps, not
// on the machine:
//
//   - a genetic algorithm over activity lists with forward-backward improvement
//     (Hartmann 1998; Tormos and Lova 2001; Valls, Ballestín, Quintanilla 2008),
//     for problems without maximum lags;
//   - a search that learns from conflicts: bounds propagation of lags and time
//     tables with lazy explanations (Schutt, Feydy, Stuckey, Wallace 2011, 2013).
//     It proves a makespan best, or an instance impossible.
package rcpsp
