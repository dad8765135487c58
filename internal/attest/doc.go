// Package attest makes the record of a go/no-go a signed statement, and checks
// such a statement without a server.
//
// A bundle is a DSSE envelope (Dead Simple Signing Envelope) around an in-toto
// Statement v1, beside the public key that opens it. The statement's subjects
// are the artifacts of the candidate and the snapshot that people approved;
// its predicate holds the snapshot word by word, the record of the decision and
// a digest of each part, so that a change is not only found but named.
//
// A signature says that nothing was changed since it was made. Who made it, only
// the key says: compare it with the one that the instance shows.
package attest
