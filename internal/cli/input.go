package cli

import (
	"errors"
	"io"
	"os"

	"headway"
)

// read reads a file of at most limit bytes, or standard input for -. The place
// is what names the file on the command line.
func (e *env) read(place, name string, limit int64) ([]byte, error) {
	in := e.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, unreadable(place, name, err)
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, unreadable(place, name, err)
	}
	if int64(len(b)) > limit {
		return nil, headway.Errorf(headway.TooLarge, "%s is larger than %d bytes", name, limit).At(place)
	}
	return b, nil
}

// unreadable says why a file cannot be read.
func unreadable(place, name string, err error) error {
	reason := err
	var path *os.PathError
	if errors.As(err, &path) {
		reason = path.Err
	}
	return headway.Invalidf(place, "%s cannot be read: %s", name, reason).Because(err)
}
