// Package forecast says how sure a date is: from the gaps of finished releases
// it gives the gap that a later release will keep with a probability of 50, 85
// or 95 percent, and proves on the same history how well that would have worked.
//
// # Idea
//
// A gap depends on who releases (each component has its habits) and on when
// (each cycle moves all of them together: another schedule, another team size).
// So the distribution of the next gap is a mixture of the component's own past
// gaps and those of the whole programme, where the own ones weigh n/(n+2) for n
// of them (partial pooling: little history leans on the others), older cycles
// weigh 0.7 of the next, and every past gap is smeared by how much gaps of one
// component move from cycle to cycle: a Gaussian kernel of that width, with the
// values drawn together so that the spread stays what it was (Silverman, Density
// Estimation, 1986, 2.4; Jones 1991). All this on the scale of square roots.
//
// Releases of a cycle move together, so a few cycles are few observations,
// however many releases they had. How far they do is estimated (together), and
// the kernel is the wider the fewer independent observations there are (caution).
//
// P85 and P95 are quantiles of that mixture. P50 is the middle as told by three
// centres, trusted by how right they were. After each cycle the levels that the
// quantiles are read at are moved against the error (see tune). The constants
// were chosen by back-test and held on other parts of the history and on
// simulated ones; docs/adr/0008-forecast.md has the figures.
//
// # Terms
//
//   - gap: the days from shelving (first candidate) or sprint end to production;
//     the unit is the caller's, elapsed or working days.
//   - cycle: releases that were planned together: a series of imported history,
//     a half-year of a programme's own.
//   - walking forward: each release is forecast from what was in production
//     before its candidate was shelved, and only from earlier cycles.
//   - pinball loss of a quantile forecast: q·(y−f) when y is above f, (1−q)·(f−y)
//     when below, averaged; the lower the better (Koenker & Bassett 1978).
//   - naive peers: the last gap of the same component, and the mean of its last five.
//
// # Failure modes
//
// A history without a finished release, with one cycle or with none that has a
// predecessor is an Invalid error that says so: there is no figure to make up.
// Releases whose production lies before their candidate are left out and
// counted. Everything is pure: same history, same answer.
package forecast
