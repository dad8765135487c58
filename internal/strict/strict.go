// Package strict decodes JSON that came from outside and refuses what other
// decoders let pass: duplicate keys, unknown fields, fields in the wrong case,
// invalid UTF-8, U+0000, and anything after the value.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"headway"
)

// Decode reads one JSON value of at most limit bytes into v, whose fields name
// themselves with json tags. The error names the place as a JSON pointer.
func Decode(r io.Reader, limit int64, v any) error {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return headway.Invalidf("body", "the request ended before its body").Because(err)
	}
	if int64(len(b)) > limit {
		return headway.Errorf(headway.TooLarge, "the body is larger than %d bytes", limit)
	}
	return Unmarshal(b, v)
}

// Unmarshal is Decode over bytes.
func Unmarshal(b []byte, v any) error {
	if err := noNUL(b); err != nil {
		return err
	}
	if err := json.Unmarshal(b, v, json.RejectUnknownMembers(true)); err != nil {
		return refuse(err)
	}
	return nil
}

// noNUL walks all tokens, because a decoded U+0000 cannot be stored as text in
// PostgreSQL and hides the rest of a string from C programs.
func noNUL(b []byte) error {
	if !bytes.Contains(b, []byte(`\u0000`)) && !bytes.Contains(b, []byte{0}) {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(b))
	for {
		tok, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refuse(err)
		}
		if tok.Kind() == '"' && strings.Contains(tok.String(), "\x00") {
			return headway.Invalidf(string(d.StackPointer()), "the text holds the character U+0000")
		}
	}
}

func refuse(err error) error {
	var sem *json.SemanticError
	if errors.As(err, &sem) {
		where := string(sem.JSONPointer)
		if sem.Err != nil {
			return headway.Invalidf(place(where), "%s", sem.Err).WithHint("see /api for the form of the request").Because(err)
		}
		return headway.Invalidf(place(where), "a JSON %s cannot stand here", sem.JSONKind).WithHint("see /api for the form of the request").Because(err)
	}
	var syn *jsontext.SyntacticError
	if errors.As(err, &syn) {
		return headway.Invalidf(place(string(syn.JSONPointer)), "this JSON cannot be read: %s at byte %d", syn.Err, syn.ByteOffset).Because(err)
	}
	return headway.Invalidf("body", "this JSON cannot be read").Because(err)
}

func place(pointer string) string {
	if pointer == "" {
		return "body"
	}
	return fmt.Sprintf("body %s", pointer)
}
