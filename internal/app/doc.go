// Package app holds the verbs of Headway: everything that can be done, one
// file each, named noun_verb.go, and the views that pages and API show, named
// noun_view.go.
//
// A verb takes who asks (headway.Actor) and what is asked, and works in one
// write transaction: it enters the programme through the door (is it known to
// this actor, may the actor do this?), asks the nouns' rules, stores rows and
// records an event. Recording an event appends it to the audit chain and sets
// off what reactions.go lists for it (a new plan, notifications) in the same
// transaction: if that cannot be stored, nothing is.
//
// Verbs call no other system and hold no transaction open over anything slow.
// Deployment steps that must call out do so in three parts; see
// step_dispatch.go.
package app
