// Package auth answers who asks: passwords, session cookies, API tokens, and
// the door that every route goes through.
//
// What somebody may do is not decided here but by headway.Actor. The door asks
// it for the policy of a route before the route's handler runs; a route
// without a policy cannot be added to the table, so it cannot exist. The verb
// behind the route asks again, in its own transaction.
package auth
