package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"headway"
	"headway/client"
)

// The exit codes of every command; those from 64 on are of sysexits.h.
const (
	exitDone        = 0  // done, or judged and passed
	exitFailed      = 1  // judged and failed
	exitWaiting     = 2  // not yet decidable
	exitUsage       = 64 // the command line is wrong
	exitInput       = 65 // the input is wrong
	exitUnreachable = 69 // no server answers
	exitFault       = 70 // our fault
	exitLater       = 75 // try again later
	exitForbidden   = 77 // not allowed
)

// judged is returned by a command whose answer is a judgement. Unless reason
// says what remains to be said, all has been printed and only the exit code is
// left to give.
type judged struct {
	outcome headway.Outcome
	reason  error
}

// Error names the outcome, or its reason.
func (j judged) Error() string {
	if j.reason != nil {
		return j.reason.Error()
	}
	return string(j.outcome)
}

// Unwrap gives the reason.
func (j judged) Unwrap() error { return j.reason }

// judge gives the error of a command that ends with an outcome; pass is none.
func judge(o headway.Outcome) error {
	if o == headway.Pass {
		return nil
	}
	return judged{outcome: o}
}

// usageError is a command line that cannot be understood.
type usageError struct{ message, hint string }

// Error gives the sentence.
func (u usageError) Error() string { return fmt.Sprintf("%s (%s)", u.message, u.hint) }

// exitCode gives the exit code of what a command returned.
func exitCode(err error) int {
	var j judged
	var u usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &j):
		if j.outcome == headway.Fail {
			return exitFailed
		}
		return exitWaiting
	case errors.As(err, &u):
		return exitUsage
	case errors.Is(err, client.ErrUnreachable):
		return exitUnreachable
	}
	switch headway.KindOf(err) {
	case headway.Invalid, headway.NotFound, headway.Conflict, headway.TooLarge:
		return exitInput
	case headway.Forbidden, headway.Unauthenticated:
		return exitForbidden
	case headway.Unavailable, headway.TooMany:
		return exitLater
	default:
		return exitFault
	}
}

// errorBody is an error as --json prints it.
type errorBody struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Where   string `json:"where,omitempty"`
}

// printError writes an error for people or for scripts.
func printError(w io.Writer, err error, asJSON bool) {
	if j := (judged{}); errors.As(err, &j) && j.reason == nil {
		return
	}
	if !asJSON {
		fmt.Fprintf(w, "headway: %s\n", err)
		return
	}
	body := errorBody{Kind: string(headway.KindOf(err)), Message: err.Error()}
	var usage usageError
	var known *headway.Error
	switch {
	case errors.As(err, &usage):
		body = errorBody{Kind: "usage", Message: usage.message, Hint: usage.hint}
	case errors.As(err, &known):
		body = errorBody{Kind: string(known.Kind), Message: known.Message, Hint: known.Hint, Where: known.Where}
	}
	printJSON(w, map[string]errorBody{"error": body})
}

// printJSON writes a document for scripts.
func printJSON(w io.Writer, v any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) //nolint:errchkjson // a closed output cannot be told of, and all values here encode
}
