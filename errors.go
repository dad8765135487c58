package headway

import (
	"errors"
	"fmt"
	"time"
)

// Kind is the closed list of ways in which a request can fail.
type Kind string

// The kinds of error. Each has one HTTP status and one exit code, mapped at
// the edges (internal/api, internal/cli).
const (
	Invalid         Kind = "invalid"         // the input is wrong and must be changed
	NotFound        Kind = "not_found"       // unknown, or not for this actor: both look the same
	Conflict        Kind = "conflict"        // the thing has changed or its state forbids it
	Forbidden       Kind = "forbidden"       // known and visible, but not allowed
	Unauthenticated Kind = "unauthenticated" // nobody is signed in
	TooLarge        Kind = "too_large"       // over a stated limit
	TooMany         Kind = "too_many"        // too often for now: try again later
	Unavailable     Kind = "unavailable"     // try again later
	Internal        Kind = "internal"        // our fault
)

// Error is what every rule, verb and reader returns when it refuses.
type Error struct {
	Kind    Kind
	Message string        // one sentence for people: what, and why
	Hint    string        // the way out, may be empty
	Where   string        // place in the input: field, file:line, flag; may be empty
	Wait    time.Duration // until it is worth trying again, where that is known
	Err     error         // cause for the log, never shown to people
}

// Error gives place, reason and hint in one sentence.
func (e *Error) Error() string {
	s := e.Message
	if e.Where != "" {
		s = e.Where + ": " + s
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// At returns a copy of the error that names a place in the input.
func (e *Error) At(where string) *Error {
	c := *e
	c.Where = where
	return &c
}

// WithHint returns a copy of the error that names a way out.
func (e *Error) WithHint(format string, args ...any) *Error {
	c := *e
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// Until returns a copy of the error that says how long to wait before trying again.
func (e *Error) Until(wait time.Duration) *Error {
	c := *e
	c.Wait = wait
	return &c
}

// Because returns a copy of the error that keeps its cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// Errorf makes an Error of a kind.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Invalidf makes an Invalid error at a place of the input.
func Invalidf(where, format string, args ...any) *Error {
	return Errorf(Invalid, format, args...).At(where)
}

// NotFoundf makes a NotFound error.
func NotFoundf(format string, args ...any) *Error { return Errorf(NotFound, format, args...) }

// Conflictf makes a Conflict error.
func Conflictf(format string, args ...any) *Error { return Errorf(Conflict, format, args...) }

// KindOf tells the kind of an error; anything that is not an Error is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
