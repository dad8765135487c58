package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// What is written case by case is what the encoder gives at once.
func TestInspectionIsWrittenAsItIsMarshalled(t *testing.T) {
	for _, in := range append([]string{
		`<testsuite name="&#10;  &quot;cases&quot;: []"><testcase name="&lt;b&gt;"><failure message="&#10;  &quot;cases&quot;: []"/></testcase><testcase name="b"/></testsuite>`,
	}, fuzzSeeds...) {
		rep, err := Read(strings.NewReader(in), "in", Limits{})
		if err != nil {
			continue
		}
		var whole, parts bytes.Buffer
		enc := json.NewEncoder(&whole)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := errors.Join(enc.Encode(Inspection{rep}), Inspection{rep}.WriteJSON(&parts)); err != nil {
			t.Fatal(err)
		}
		want, got := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(whole.String()), strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(parts.String())
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	if err := (Inspection{Report{Kind: KindTests, Tests: &TestReport{Cases: []Case{{Name: "a"}}}}}).WriteJSON(full{}); err == nil {
		t.Error("an output that takes nothing was written to")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }
