package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"headway"
)

func multipartBody(t *testing.T, fill func(*multipart.Writer)) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	fill(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b, w.FormDataContentType()
}

func TestUploadsAreReadAsTheyComeAndBounded(t *testing.T) {
	for _, c := range []struct {
		name string
		fill func(*multipart.Writer)
		cut  int // bytes taken off the end
		kind headway.Kind
	}{
		{"fields and a file", func(w *multipart.Writer) {
			_ = w.WriteField("team", "web")
			f, _ := w.CreateFormFile("files", "a.xml")
			_, _ = io.WriteString(f, "content")
		}, 0, ""},
		{"a file input left empty", func(w *multipart.Writer) {
			_ = w.WriteField("team", "web")
			_, _ = w.CreateFormFile("files", "")
		}, 0, ""},
		{"a field that is too long", func(w *multipart.Writer) { _ = w.WriteField("team", strings.Repeat("x", uploadText+1)) }, 0, headway.TooLarge},
		{"too many fields", func(w *multipart.Writer) {
			for range uploadFields + 1 {
				_ = w.WriteField("artifact", "x")
			}
		}, 0, headway.TooLarge},
		{"broken off", func(w *multipart.Writer) { _ = w.WriteField("team", "web") }, 20, headway.Invalid},
	} {
		body, kind := multipartBody(t, c.fill)
		body.Truncate(body.Len() - c.cut)
		r := httptest.NewRequest(http.MethodPost, "/p/x/report", body)
		r.Header.Set("Content-Type", kind)
		var got string
		fields, err := upload(httptest.NewRecorder(), r, func(fields map[string][]string, name string, content io.Reader) error {
			text, err := io.ReadAll(content)
			got = typed(fields, "team") + "/" + name + "/" + string(text)
			return err
		})
		if c.kind == "" && err != nil || c.kind != "" && headway.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.name == "fields and a file" && (got != "web/a.xml/content" || typed(fields, "team") != "web") {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/p/x/report", strings.NewReader("team=web"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := upload(httptest.NewRecorder(), r, nil); headway.KindOf(err) != headway.Invalid {
		t.Errorf("no files at all: %v", err)
	}
}

// TestARefusedUploadIsReadToItsEnd: a browser that is cut off sends it again.
func TestARefusedUploadIsReadToItsEnd(t *testing.T) {
	body, kind := multipartBody(t, func(w *multipart.Writer) {
		f, _ := w.CreateFormFile("files", "a.csv")
		_, _ = f.Write(make([]byte, 1<<20))
	})
	r := httptest.NewRequest(http.MethodPost, "/p/x/cycles", body)
	r.Header.Set("Content-Type", kind)
	refused := headway.Invalidf("files", "no table")
	if _, err := upload(httptest.NewRecorder(), r, func(map[string][]string, string, io.Reader) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	if body.Len() > 0 {
		t.Errorf("%d bytes were left", body.Len())
	}
}

func TestFactsAreTypedOneALine(t *testing.T) {
	facts, err := typedFacts(" schema-migration = true \n\n data-gb=120\n")
	if err != nil || facts["schema-migration"] != "true" || facts["data-gb"] != "120" || len(facts) != 2 {
		t.Errorf("%v, %v", facts, err)
	}
	for _, bad := range []string{"schema-migration", "= 3"} {
		if _, err := typedFacts(bad); headway.KindOf(err) != headway.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
