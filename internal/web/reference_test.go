package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheReferenceShowsNestedBodiesAndPolicies(t *testing.T) {
	ref, err := readReference([]byte(`{"info":{"version":"1"},"paths":{"/api/v1/x/{id}":{"post":{"operationId":"make-x","summary":"Make an X","tags":["Xs"],"x-policy":"x.make",
		"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
		"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/X"}}}},
		"responses":{"201":{"content":{"application/json":{"schema":{"type":["array","null"],"items":{"$ref":"#/components/schemas/X"}}}}}}}},
		"/api/v1/file":{"put":{"operationId":"put-file","summary":"Send","x-policy":"x.make","requestBody":{"content":{"application/octet-stream":{"schema":{"type":"string"}}}}}}},
		"components":{"schemas":{"X":{"type":"object","required":["name"],"properties":{"name":{"type":"string","description":"What it is called"},"inner":{"$ref":"#/components/schemas/Y"}}},
		"Y":{"type":"object","properties":{"at":{"type":"string","format":"date-time"},"self":{"$ref":"#/components/schemas/Y"}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(ref.Groups) != 2 || ref.Groups[0].Operations[0].Stream != "application/octet-stream" {
		t.Fatalf("%+v", ref.Groups)
	}
	op := ref.Groups[1].Operations[0]
	if op.Method != http.MethodPost || op.Policy != "x.make" || !op.Parameters[0].Required {
		t.Errorf("%+v", op)
	}
	var body []string
	for _, f := range op.Body {
		body = append(body, strings.Repeat(" ", f.Depth)+f.Name+":"+f.Kind)
	}
	got := strings.Join(body, "\n")
	if !strings.HasPrefix(got, "inner:object\n at:date-time\n self:object\n  at:date-time") || !strings.HasSuffix(got, "\nname:string") {
		t.Errorf("body\n%s", got)
	}
	if len(op.Answer) != len(op.Body) {
		t.Errorf("the answer is a list of the same: %+v", op.Answer)
	}
}

func TestADamagedDocumentStopsTheStart(t *testing.T) {
	if _, err := readReference([]byte(`{"paths":[]}`)); err == nil {
		t.Fatal("taken")
	}
}
