// Package integrate holds the calls that go out to other systems: one room for
// each, over one guarded HTTP client.
//
// The client checks every address when it is dialled, after names are
// resolved, so that a name cannot point it into a private network: those are
// denied unless the configuration allows them. It follows no redirects, uses no
// proxy, keeps no connections (a kept one lets net/http send a request twice),
// reads answers up to a limit and sends only a few calls to a host at once.
//
// A call ends in one of four ways. Running: the other system took it, and is
// followed to the end, by asking or by being told. Succeeded: the other system said so.
// Failed: it refused, or the call certainly never left. Unknown: everything
// else, such as a lost answer or a server error after the call had left. The
// difference is what keeps a deployment from happening twice: nobody retries
// what may have happened.
package integrate
