// Package jobs runs Headway's background work: River workers on the database
// of the instance, each of which calls one verb of internal/app and holds no
// rule of its own.
//
// Jobs are stored by the transaction that wants them (store.Tx.Enqueue), so
// none is lost or run for a change that did not happen. River delivers at least
// once: after a crash a job runs again. So every verb behind a worker may run
// twice; effects outside of Headway are never a job's own, but steps with a
// claim (see app/step_dispatch.go). The calls of deployment steps are no jobs at
// all: see Dispatcher.
//
// There are three queues: app.QueuePlan computes one plan at a time, because
// that takes a core; app.QueueSimulate one part of simulations that nodes share,
// which takes all of them; all else runs on River's default queue. A job that dies with
// its process is taken up again after rescueAfter; one that fails is tried again
// with growing pauses.
//
// The queues are polled often, because SQLite cannot announce a job: a plan
// follows a change within about two tenths of a second on either database.
package jobs
