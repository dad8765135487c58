package headway

import (
	"math"
	"strings"
	"testing"
)

func TestThresholdsAreJudged(t *testing.T) {
	run := LoadSummary{
		Total: LoadFigure{Count: 1000, Errors: 4, ErrorRate: 0.004, Throughput: 52.5, MeanMS: 120, P50MS: 100, P90MS: 200, P95MS: 280, P99MS: -1, MaxMS: 12_000},
		Transactions: []LoadFigure{
			{Name: "login", Count: 10, P95MS: 250},
			{Name: "GET http://x/", Count: 10, P95MS: 90},
		},
	}
	base := &LoadSummary{Total: LoadFigure{Count: 900, P95MS: 250, ErrorRate: 0.001}}
	for _, c := range []struct {
		expr string
		base *LoadSummary
		want Outcome
		part string
	}{
		{"p95 < 300ms", nil, Pass, "p95 is 280ms"},
		{"p95 < 280ms", nil, Fail, "wanted < 280ms"},
		{"p95 <= 280", nil, Pass, ""},
		{"p(95)<0.3s", nil, Pass, ""},
		{"max < 10s", nil, Fail, "max is 12.00s"},
		{"errors < 0.5%", nil, Pass, "0.4%"},
		{"errors < 0.4%", nil, Fail, ""},
		{"errors<=0.004", nil, Pass, ""},
		{"throughput >= 50/s", nil, Pass, ""},
		{"count > 1000", nil, Fail, ""},
		{"p99 < 1s", nil, Waiting, "does not say p99"},
		{"login: p95 < 200ms", nil, Fail, `p95 of "login" is 250ms`},
		{"GET http://x/: p95 < 200ms", nil, Pass, ""},
		{"logout: p95 < 200ms", nil, Waiting, `no transaction "logout"`},
		{"p95 <= baseline * 1.10", nil, Waiting, "no baseline"},
		{"p95 <= baseline * 1.10", base, Fail, "275ms (baseline 250ms)"},
		{"p95 <= baseline * 1.12", base, Pass, ""},
		{"p95 <= baseline + 30ms", base, Pass, ""},
		{"p95 <= baseline", base, Fail, ""},
		{"login: p95 <= baseline", base, Waiting, "the baseline has no transaction"},
		{"errors <= baseline + 0.5%", base, Pass, ""},
	} {
		th, err := ParseThreshold(c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if got, why := th.Judge(run, c.base); got != c.want || !strings.Contains(why, c.part) || why == "" {
			t.Errorf("%s: got %s, %q; want %s with %q", c.expr, got, why, c.want, c.part)
		}
	}
}

func TestThresholdsThatSayNothingAreRefused(t *testing.T) {
	for _, expr := range []string{
		"", "p95", "p95 <", "p95 < fast", "p95 = 3ms", "p97 < 3ms", "errors < 5", "errors < 101%", "errors < 3ms", "count < 3%", "p95 < 3%",
		"p95 < -3ms", "p95 < 1e9ms", "p95 < NaN", "p95 < baseline * x", "p95 < baseline / 2", "p95 < 300ms extra", "throughput > 3ms", strings.Repeat("x", 400),
	} {
		if _, err := ParseThreshold(expr); KindOf(err) != Invalid {
			t.Errorf("%q was not refused: %v", expr, err)
		}
	}
}

func FuzzThreshold(f *testing.F) {
	for _, s := range []string{"p95 < 300ms", "a:b: errors <= baseline * 1.1", "max > baseline + 3s", "p(99)<1"} {
		f.Add(s, 1.5)
	}
	f.Fuzz(func(t *testing.T, expr string, v float64) {
		th, err := ParseThreshold(expr)
		if err != nil {
			if KindOf(err) != Invalid {
				t.Fatal(err)
			}
			return
		}
		if math.IsNaN(th.limit) || math.IsInf(th.limit, 0) || th.limit < 0 {
			t.Fatalf("limit %v", th.limit)
		}
		s := LoadSummary{Total: LoadFigure{Count: 1, P95MS: v, MaxMS: v, ErrorRate: v}}
		if out, why := th.Judge(s, &s); why == "" || out != Pass && out != Fail && out != Waiting {
			t.Fatalf("%s: %q", out, why)
		}
	})
}
