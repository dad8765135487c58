// Package engine plans: it turns a Problem (a snapshot of a programme, in
// integer slots of time) into a Plan (which person does which activity when,
// when each release reaches production, and why not earlier).
//
// # Idea
//
// The engine has no plumbing. It knows no database, no civil time and no
// clock: the caller turns instants into slots of Problem.SlotMinutes counted
// from an origin of its own, hands over a snapshot and gets a plan back. What-if
// is the same call with another snapshot; publishing is the caller's business.
//
//	plan, err := engine.Solve(ctx, problem, engine.Options{Steps: 200, Seed: 1})
//	bad := engine.Check(problem, plan)            // apart from Solve, shares no code with it
//	changes := engine.Diff(problem, before, plan) // each change has Words(clock)
//	fixes := engine.Repairs(ctx, problem, plan, finding, options)
//
// # Terms
//
//   - slot: the unit of time, half-open: a span [3,5) covers slots 3 and 4.
//   - calendar: sorted disjoint spans of working time. An activity of n slots
//     needs n slots in which its own calendar and the calendars of all its people
//     and resources work. It may pause over slots in which one of them does not
//     work (night, weekend), and over nothing else: an absence, a freeze or
//     a capacity that is used up is never straddled.
//   - demand: k people of a skill. The engine names them, the same from start
//     to end; a person does one activity at a time.
//   - lag: the distance between two ends of two activities, in working slots of
//     a calendar or, with no calendar, in elapsed slots. A maximum lag with
//     a weight is soft: each slot beyond it costs that much.
//   - gap: sprint end to production (the end of the release's delivery activity).
//   - step: one schedule built from beginning to end (or one conflict of the
//     exact search). Budgets in steps give the same plan on any machine and any
//     number of cores; a deadline on the context is the wall-clock edge, and what
//     is found by then depends on the machine.
//
// # How it plans
//
// Activities are placed one by one, in an order that follows precedence and
// urgency, at the earliest time that every rule and every resource allows
// (serial schedule generation). Where a maximum lag breaks, the activities it
// ties are taken out, moved later and placed again. Then parts of the order
// around what is late are changed and built again while the budget lasts.
// A problem whose activities have constant lengths, no named people and only
// the makespan to look at goes to package rcpsp, which can also prove a plan
// best or a problem impossible. docs/adr/0006-planning-engine.md says what was
// tried.
//
// # Failure modes
//
// A problem that contradicts itself on paper (unknown ids, cycles, negative
// durations, a skill nobody has) is refused by Solve with an error of kind
// headway.Invalid that names the place. A problem that cannot be met is a Plan of status Infeasible with
// a Finding that names the smallest clashing set found. Status Unknown means that
// the budget ended before either was shown. Sizes are bounded by the Max…
// constants; time by the budget.
package engine
