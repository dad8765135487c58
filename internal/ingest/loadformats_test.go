package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	headway "headway"
)

func TestFormatsOfLoadReports(t *testing.T) {
	type want struct {
		format     Format
		count, bad int64
		p50, p95   float64 // -1: not known
		rate       float64
		names      string
		thresholds string
		note       string
	}
	for _, c := range []struct {
		name, in string
		want     want
	}{
		{
			"k6 legacy export: true means crossed", `{"metrics":{"http_req_duration":{"avg":10,"min":1,"med":9,"max":90,"p(90)":20,"p(95)":30,"thresholds":{"p(95)<200":false,"p(95)<20":true}},"http_req_duration{expected_response:true}":{"avg":1},"http_req_duration{name:login}":{"avg":5,"med":4,"p(95)":8},"http_reqs":{"count":100,"rate":5},"http_req_failed":{"passes":7,"fails":93,"value":0.07,"thresholds":{"rate<0.1":false}},"checks":{"passes":90,"fails":10,"value":0.9}},"root_group":{"checks":{}}}`,
			want{K6Summary, 100, 7, 9, 30, 5, "login", "http_req_duration: p(95)<20=false,http_req_duration: p(95)<200=true,http_req_failed: rate<0.1=true", "10 checks failed"},
		},
		{
			"k6 handleSummary", `{"root_group":{"name":""},"options":{},"state":{"testRunDurationMs":20000},"metrics":{"http_req_duration":{"type":"trend","contains":"time","values":{"avg":10,"med":9,"max":90,"p(90)":20,"p(95)":30},"thresholds":{"p(95)<200":{"ok":true},"p(95)<20":{"ok":false}}},"http_reqs":{"type":"counter","values":{"count":100,"rate":5}},"http_req_failed":{"type":"rate","values":{"rate":0.07,"passes":7,"fails":93}}}}`,
			want{K6Summary, 100, 7, 9, 30, 5, "", "http_req_duration: p(95)<20=false,http_req_duration: p(95)<200=true", ""},
		},
		{
			"k6 machine-readable", `{"config":{"duration":20,"execution":"local"},"metadata":{"k6Version":"1.5.0"},"results":{"checks":{},"metrics":[{"contains":"default","name":"http_reqs","type":"counter","values":{"count":100}},{"contains":"time","name":"http_req_duration","type":"trend","values":{"avg":10,"med":9,"max":90,"p(95)":30}},{"contains":"default","name":"http_req_failed","type":"rate","values":{"matches":7,"rate":0.07,"total":100}}]},"version":"1.0.0"}`,
			want{K6Summary, 100, 7, 9, 30, 5, "", "", "does not say whether thresholds held"},
		},
		{
			"k6 stream", `{"type":"Metric","data":{"name":"http_req_duration","type":"trend","contains":"time","thresholds":["p(95)<500"],"submetrics":null},"metric":"http_req_duration"}
{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-02T03:04:05.1Z","value":100,"tags":{"name":"a","status":"200","expected_response":"true"}}}
{"type":"Point","data":{"time":"2026-01-02T03:04:07.1Z","value":300,"tags":{"name":"b","status":"500","expected_response":"false"}},"metric":"http_req_duration"}
{"metric":"http_req_failed","type":"Point","data":{"time":"2026-01-02T03:04:07.1Z","value":1,"tags":{"name":"b"}}}
`, want{K6Stream, 2, 1, 100, 300, 2 / 2.1, "a,b", "", "thresholds are named"},
		},
		{
			"k6 stream of an old version without http_req_failed", `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-02T03:04:05.1Z","value":100,"tags":{"name":"a","expected_response":"false"}}}`,
			want{K6Stream, 1, 1, 100, 100, 10, "a", "", ""},
		},
		{
			"JTL without header", "1500000000000,100,a,200,OK,t 1-1,text,true,,1,1,1,1,null,1,0,0\n1500000000900,100,b,500,no,t 1-1,text,false,,1,1,1,1,null,1,0,0\n",
			want{JTLCSV, 2, 1, 100, 100, 2, "a,b", "", "no header"},
		},
		{
			"JTL with tabs and formatted times", "timeStamp\telapsed\tlabel\tsuccess\n2018/03/21 12:00:00.000\t100\ta\ttrue\n2018/03/21 12:00:01.900\t100\ta\ttrue\n",
			want{JTLCSV, 2, 0, 100, 100, 1, "a", "", ""},
		},
		{
			"JTL with semicolons and quotes", "timeStamp;elapsed;label;responseMessage;success\n1000;100;\"a;\"\"b\"\"\nc\";OK;true\n",
			want{JTLCSV, 1, 0, 100, 100, 10, "a;\"b\"\nc", "", ""},
		},
		{
			"JTL with a transaction controller", "timeStamp,elapsed,label,responseMessage,success\n1000,100,a,OK,true\n1100,200,b,OK,true\n1000,300,T,\"Number of samples in transaction : 2, number of failing samples : 0\",true\n",
			want{JTLCSV, 2, 0, 100, 200, 2 / 0.3, "T*,a,b", "", ""},
		},
		{
			"JTL in XML with a transaction and with redirects", `<testResults version="1.2"><sample t="300" ts="1000" s="true" lb="T" rm="Number of samples in transaction : 2, number of failing samples : 1"><httpSample t="100" ts="1000" s="true" lb="a"/><httpSample t="200" ts="1100" s="false" lb="b"><httpSample t="50" ts="1100" s="true" lb="b-0"/></httpSample></sample></testResults>`,
			want{JTLXML, 2, 1, 100, 200, 2 / 0.3, "T*,a,b", "", ""},
		},
		{
			"JTL in XML whose assertion failed", `<testResults><httpSample t="100" ts="1000" s="true" lb="a"><assertionResult><name>x</name><failure>true</failure><error>false</error></assertionResult></httpSample></testResults>`,
			want{JTLXML, 1, 1, 100, 100, 10, "a", "", "one of their assertions failed"},
		},
		{
			"JMeter statistics.json", `{"Total":{"transaction":"Total","sampleCount":9,"errorCount":3,"errorPct":33.3,"meanResTime":1,"medianResTime":2,"maxResTime":9,"pct1ResTime":4,"pct2ResTime":5,"pct3ResTime":6,"throughput":7},"a":{"transaction":"a","sampleCount":9,"errorCount":3}}`,
			want{JMeterStats, 9, 3, 2, 5, 7, "a", "", ""},
		},
		{
			"Locust", "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%\nGET,/,8,1,10,11.5,1,40,3,4.5,0,10,11,12,13,20,30,31,32,33,34,40\n,Aggregated,8,1,10,11.5,1,40,3,4.5,0,10,11,12,13,20,30,31,32,33,34,40\n",
			want{LocustCSV, 8, 1, 10, 30, 4.5, "GET /", "", ""},
		},
		{
			"vegeta results", "{\"attack\":\"\",\"seq\":0,\"code\":200,\"timestamp\":\"2026-01-02T03:04:05Z\",\"latency\":100000000,\"bytes_out\":0,\"bytes_in\":5,\"error\":\"\",\"body\":null,\"method\":\"GET\",\"url\":\"http://x/\",\"headers\":null}\n{\"attack\":\"\",\"seq\":1,\"code\":503,\"timestamp\":\"2026-01-02T03:04:05.9Z\",\"latency\":100000000,\"error\":\"503\",\"method\":\"GET\",\"url\":\"http://x/\"}\n",
			want{VegetaJSON, 2, 1, 100, 100, 2, "GET http://x/", "", ""},
		},
		{
			"vegeta report", `{"latencies":{"total":1,"mean":2000000,"50th":3000000,"90th":1,"95th":5000000,"99th":1,"max":1,"min":1},"requests":200,"rate":50.5,"throughput":49,"success":0.99,"status_codes":{"200":198},"errors":[]}`,
			want{VegetaStats, 200, 2, 3, 5, 50.5, "", "", ""},
		},
		{
			"hey", "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n0.1000,0,0,0,0,0,200,0.0\n0.3000,0,0,0,0,0,500,0.7\n",
			want{HeyCSV, 2, 1, 100, 300, 2, "request", "", "leaves requests without an answer out"},
		},
		{
			"wrk", "Running 30s test @ http://127.0.0.1:8080/\n  12 threads and 400 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency   635.91us    0.89ms  12.92ms   93.69%\n    Req/Sec    56.20k     8.07k   62.00k    86.54%\n  Latency Distribution\n     50%  250.00us\n     99%    2.31ms\n  1000 requests in 30.00s, 17.76GB read\n  Socket errors: connect 0, read 2, write 0, timeout 1\n  Non-2xx or 3xx responses: 7\nRequests/sec: 33.30\nTransfer/sec: 1MB\n",
			want{Wrk, 1000, 10, 0.25, -1, 33.3, "", "", ""},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := c.want
			if got := Detect([]byte(c.in)); got != w.format {
				t.Fatalf("detected %q, want %q", got, w.format)
			}
			rep, err := Read(strings.NewReader(c.in), "in", Limits{})
			if err != nil {
				t.Fatal(err)
			}
			l := rep.Load
			near := func(name string, got Figure, want float64) {
				if want < 0 && got.Known() || want >= 0 && !(math.Abs(float64(got)-want) < 1e-9) {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
			near("p50", l.Total.P50MS, w.p50)
			near("p95", l.Total.P95MS, w.p95)
			near("throughput", l.Total.Throughput, w.rate)
			near("error rate", l.Total.ErrorRate, float64(w.bad)/float64(w.count))
			var names, thresholds []string
			for _, tr := range l.Transactions {
				n := tr.Name
				if tr.Group {
					n += "*"
				}
				names = append(names, n)
			}
			for _, th := range l.Thresholds {
				thresholds = append(thresholds, fmt.Sprintf("%s=%v", th.Expr, th.OK))
			}
			got := want{w.format, l.Total.Count, l.Total.Errors, w.p50, w.p95, w.rate, strings.Join(names, ","), strings.Join(thresholds, ","), w.note}
			if got != w {
				t.Errorf("got  %+v\nwant %+v", got, w)
			}
			if notes := strings.Join(l.Notes, ";"); !strings.Contains(notes, w.note) || w.note == "" && notes != "" {
				t.Errorf("the notes are %q, want %q", notes, w.note)
			}
			if out := (Inspection{rep}).Outcome(); (out == headway.Fail) != strings.Contains(w.thresholds, "false") {
				t.Errorf("the outcome is %s", out)
			}
			if b, err := json.Marshal(Inspection{rep}); err != nil || !json.Valid(b) {
				t.Errorf("the report has no JSON: %v", err)
			}
		})
	}
}

// Percentiles stay within 1 % of those of the sorted values, also when merged of parts.
func TestPercentilesAreRightWithinOnePercent(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 7))
		n := 1 + r.IntN(20_000)
		scale := math.Exp(r.Float64() * 12)
		whole := &sketch{}
		parts := make([]sketch, 1+r.IntN(5))
		values := make([]float64, n)
		for i := range values {
			values[i] = 50 + math.Exp(r.NormFloat64())*scale
			whole.add(values[i])
			parts[r.IntN(len(parts))].add(values[i])
		}
		merged := &sketch{}
		for i := range parts {
			merged.merge(&parts[i])
		}
		slices.Sort(values)
		for _, q := range []float64{0.5, 0.9, 0.95, 0.99, 1} {
			want := values[max(0, int(math.Ceil(q*float64(n)-1e-9))-1)]
			for name, s := range map[string]*sketch{"whole": whole, "merged": merged} {
				if got := s.quantile(q); math.Abs(got-want) > 0.01*want {
					t.Errorf("seed %d, %s of %d, p%g: got %g, want %g", seed, name, n, q*100, got, want)
				}
			}
		}
		if merged.n != int64(n) || merged.max != values[n-1] || merged.min != values[0] {
			t.Errorf("seed %d: merged counts %d, max %g", seed, merged.n, merged.max)
		}
	}
}

func TestManyTransactionsAreFoldedAndSaid(t *testing.T) {
	var b strings.Builder
	b.WriteString("timeStamp,elapsed,label,success\n")
	for i := range 50 {
		fmt.Fprintf(&b, "%d,1,url %d,true\n", 1000+i, i)
	}
	rep, err := Read(strings.NewReader(b.String()), "in", Limits{MaxTransactions: 10})
	if err != nil || rep.Load.Total.Count != 50 || len(rep.Load.Transactions) != 11 || len(rep.Load.Notes) != 1 {
		t.Errorf("got %+v, %v", rep.Load, err)
	}
}
