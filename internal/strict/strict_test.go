package strict

import (
	"strings"
	"testing"

	"headway"
)

type body struct {
	Name  string            `json:"name"`
	Count int               `json:"count"`
	Facts map[string]string `json:"facts"`
}

func TestRefusals(t *testing.T) {
	for name, in := range map[string]string{
		"duplicate key":        `{"name":"a","name":"b"}`,
		"duplicate map key":    `{"facts":{"x":"1","x":"2"}}`,
		"unknown field":        `{"nam":"a"}`,
		"wrong case":           `{"Name":"a"}`,
		"trailing data":        `{"name":"a"} {}`,
		"trailing comma":       `{"name":"a",}`,
		"invalid UTF-8":        "{\"name\":\"\xff\"}",
		"escaped NUL":          `{"name":"a\u0000b"}`,
		"escaped NUL in a key": `{"facts":{"a\u0000":"1"}}`,
		"raw NUL":              "{\"name\":\"a\x00b\"}",
		"wrong type":           `{"count":"3"}`,
		"fraction":             `{"count":3.5}`,
		"too large a number":   `{"count":99999999999999999999}`,
		"nothing":              ``,
		"lone surrogate":       `{"name":"\ud800"}`,
	} {
		var b body
		err := Decode(strings.NewReader(in), 1<<10, &b)
		if headway.KindOf(err) != headway.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestEscapedBackslashBeforeU0000IsText(t *testing.T) {
	var b body
	if err := Unmarshal([]byte(`{"name":"\\u0000"}`), &b); err != nil || b.Name != `\u0000` {
		t.Fatalf("%q %v", b.Name, err)
	}
}

func TestTheErrorNamesThePlace(t *testing.T) {
	var b body
	err := Unmarshal([]byte(`{"facts":{"data-gb":7}}`), &b)
	if err == nil || !strings.Contains(err.Error(), "/facts/data-gb") {
		t.Fatal(err)
	}
}

func TestLimit(t *testing.T) {
	var b body
	in := `{"name":"` + strings.Repeat("x", 100) + `"}`
	if err := Decode(strings.NewReader(in), 50, &b); headway.KindOf(err) != headway.TooLarge {
		t.Fatal(err)
	}
	if err := Decode(strings.NewReader(in), int64(len(in)), &b); err != nil {
		t.Fatal(err)
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"name":"a","count":1,"facts":{"x":"y"}}`))
	f.Add([]byte(`{"name":"\u0000"}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, in []byte) {
		var b body
		if err := Unmarshal(in, &b); err == nil && strings.ContainsRune(b.Name, 0) {
			t.Fatalf("U+0000 passed: %q", in)
		}
	})
}
