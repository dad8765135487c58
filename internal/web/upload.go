package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"

	"headway"
)

// Limits of a form that carries files, beside those of the files themselves.
const (
	uploadFields = 200
	uploadText   = 64 << 10 // of one field
	uploadSize   = 5 << 30  // of the whole
	uploadRest   = 64 << 20 // that is still read of a form that is refused
)

// upload reads a form that carries files as it comes: fields first, each file
// handed to take while it streams. Nothing is kept in memory or beside the store.
// Of what is refused the rest is read too: a browser that is cut off while it
// sends does not see the answer, and would send everything again.
func upload(w http.ResponseWriter, r *http.Request, take func(fields map[string][]string, name string, content io.Reader) error) (fields map[string][]string, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, uploadSize)
	defer func() {
		if err != nil {
			_, _ = io.CopyN(io.Discard, r.Body, uploadRest) // what breaks off has been answered with err
		}
	}()
	fields = map[string][]string{}
	parts, err := r.MultipartReader()
	if err != nil {
		return fields, headway.Invalidf("form", "the form carries no files").WithHint("send it from the page")
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return fields, broken(err)
		}
		if n >= uploadFields {
			return fields, headway.Errorf(headway.TooLarge, "the form has more than %d fields and files", uploadFields)
		}
		if err := onePart(part, fields, take); err != nil {
			return fields, err
		}
	}
}

func onePart(part *multipart.Part, fields map[string][]string, take func(map[string][]string, string, io.Reader) error) error {
	name := part.FileName()
	if part.Header.Get("Content-Type") != "" || name != "" {
		if name == "" { // a file input that was left empty
			return nil
		}
		return take(fields, name, part)
	}
	text, err := io.ReadAll(io.LimitReader(part, uploadText+1))
	if err != nil {
		return broken(err)
	}
	if len(text) > uploadText {
		return headway.Errorf(headway.TooLarge, "the field %s is longer than %d bytes", part.FormName(), uploadText)
	}
	fields[part.FormName()] = append(fields[part.FormName()], string(text))
	return nil
}

// broken is an upload that ended early or is too large.
func broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return headway.Errorf(headway.TooLarge, "the upload is larger than %d bytes", large.Limit).WithHint("use headway shelve or headway report")
	}
	return headway.Invalidf("form", "the upload broke off").WithHint("send it again").Because(err)
}

func typed(fields map[string][]string, name string) string {
	return strings.TrimSpace(strings.Join(fields[name], "\n"))
}
