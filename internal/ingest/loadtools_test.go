package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	headway "headway"
)

const (
	heyExample = "\nSummary:\n  Total:\t0.5 secs\n  Slowest:\t0.2000 secs\n  Fastest:\t0.0010 secs\n  Average:\t0.0200 secs\n  Requests/sec:\t100.5\n\n\nResponse time histogram:\n  0.001 [1]\t|■\n\n" +
		"Latency distribution:\n  10% in 0.0010 secs\n  50% in 0.0150 secs\n  95%% in 0.0900 secs\n  99% in 0.1900 secs\n\nDetails (average, fastest, slowest):\n  DNS+dialup:\t0.0010 secs, 0.0010 secs, 0.2000 secs\n\n" +
		"Status code distribution:\n  [200]\t40 responses\n  [301]\t2 responses\n  [503]\t5 responses\n\nError distribution:\n  [3]\tGet \"http://x/\": EOF\n"
	vegetaExample = "Requests      [total, rate, throughput]         300, 50.99, 50.96\nDuration      [total, attack, wait]             981.1ms, 980.6ms, 500µs\nLatencies     [min, mean, 50, 90, 95, 99, max]  1.5ms, 2ms, 1.9ms, 3ms, 4ms, 1.005s, 2s\n" +
		"Bytes In      [total, mean]                     100, 2.00\nSuccess       [ratio]                           99.33%\nStatus Codes  [code:count]                      0:1  200:298  500:1\nError Set:\n500 Internal Server Error\n"
	vegetaCSVExample = "1700000000000000000,200,100000000,0,5,,,,0,GET,http://x/,\n1700000000500000000,503,300000000,0,0,503 Service Unavailable,,,1,GET,http://x/,\n"
	gatlingExample   = "RUN\tshop.Sim\tsim\t1700000000000\t \t3.9.5\nUSER\tBrowse\tSTART\t1700000000000\nREQUEST\t\thome\t1700000000000\t1700000000100\tOK\t \nREQUEST\tcart,pay\tadd\t1700000000100\t1700000000400\tKO\tstatus OK is no KO\n" +
		"GROUP\tcart,pay\t1700000000100\t1700000000500\t300\tKO\nREQUEST\t\thome\t1700000000500\t1700000001000\tOK\t\nERROR\tno feeder\t1700000000600\nUSER\tBrowse\tEND\t1700000001000\n"
	gatlingOldExample   = "Browse\t1-1\tUSER\tSTART\t1700000000000\t1700000000000\nBrowse\t1-1\tREQUEST\t\thome\t1700000000000\t1700000000001\t1700000000090\t1700000000100\tOK\t \n"
	gatlingStatsExample = `{"type":"GROUP","name":"All Requests","path":"","stats":{"name":"All Requests","numberOfRequests":{"total":"3","ok":"2","ko":"1"},"meanResponseTime":{"total":"300","ok":"-","ko":"-"},"maxResponseTime":{"total":500},"percentiles1":{"total":300},"percentiles2":{"total":400},"percentiles3":{"total":490},"percentiles4":{"total":499},"group1":{"count":3},"meanNumberOfRequestsPerSecond":{"total":3}},
"contents":{"a":{"type":"REQUEST","name":"home","stats":{"numberOfRequests":{"total":2,"ko":0},"percentiles1":{"total":100}}},"b":{"type":"GROUP","name":"cart","stats":{"numberOfRequests":{"total":1,"ko":1}},"contents":{"c":{"type":"REQUEST","name":"add","stats":{"numberOfRequests":{"total":1,"ko":1}}}}}}}`
	gobenchExample = "goos: linux\ngoarch: amd64\npkg: example.com/a\ncpu: some\nBenchmarkRead-8   \t     100\t  2000000 ns/op\t  12.5 MB/s\t 10 B/op\nBenchmarkRead-8   \t     100\t  3000000 ns/op\nBenchmarkWrite/big-4-8 \t 5\t 9000 ns/op\nPASS\nok  \texample.com/a\t1.2s\n"
	loadCSVExample = "Request Name,Response Time (ms),Status,Timestamp\nhome,100,OK,1700000000000\nhome,300,KO,1700000000500\n\"add, more\",50.5,200,1700000000600\n"
)

func TestWhatLoadToolsPrint(t *testing.T) {
	for _, c := range []struct {
		name, in      string
		format        Format
		count, errors int64
		p50, p95, max Figure
		names         string
		note          string
	}{
		{"hey", heyExample, HeyText, 50, 8, 15, 90, 200, "", ""},
		{"vegeta", vegetaExample, VegetaText, 300, 2, 1.9, 4, 2000, "", ""},
		{"vegeta csv", vegetaCSVExample, VegetaCSV, 2, 1, 100, 300, 300, "GET http://x/", ""},
		{"gatling", gatlingExample, GatlingLog, 3, 1, 300, 500, 500, "cart / pay*,cart / pay / add,home", "1 lines ERROR"},
		{"gatling 2.1", gatlingOldExample, GatlingLog, 1, 0, 100, 100, 100, "home", ""},
		{"gatling stats", gatlingStatsExample, GatlingJSON, 3, 1, 300, 490, 500, "add,cart*,home", ""},
		{"go test -bench", gobenchExample, GoBench, 3, 0, 2, 3, 3, "example.com/a.BenchmarkRead,example.com/a.BenchmarkWrite/big-4", "3 lines"},
		{"csv", loadCSVExample, LoadCSV, 3, 1, 100, 300, 300, "add, more,home", ""},
		{"csv in seconds with errors", "label;duration_s;error\na;0.1;\na;0.3;timeout\n", LoadCSV, 2, 1, 100, 300, 300, "a", ""},
		{"wrk2", "Running 30s test @ http://127.0.0.1/\n  2 threads and 100 connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n    Latency     6.59ms    2.24ms  33.06ms   77.00%\n  Latency Distribution (HdrHistogram - Recorded Latency)\n 50.000%    6.15ms\n 90.000%    9.30ms\n 99.000%   14.85ms\n  Detailed Percentile spectrum:\n       Value   Percentile   TotalCount 1/(1-Percentile)\n      10.359     0.950000       570000        20.00\n#[Mean    =        6.591, StdDeviation   =        2.240]\n  60018 requests in 30.00s, 19.81MB read\nRequests/sec:   2000.28\n", Wrk, 60018, 0, 6.15, 10.359, 33.06, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := mustRead(t, c.in, c.format).Load
			var names []string
			for _, tr := range l.Transactions {
				if tr.Group {
					tr.Name += "*"
				}
				names = append(names, tr.Name)
			}
			if l.Total.Count != c.count || l.Total.Errors != c.errors || strings.Join(names, ",") != c.names {
				t.Errorf("got %d, %d, %v", l.Total.Count, l.Total.Errors, names)
			}
			for name, f := range map[string][2]Figure{"p50": {l.Total.P50MS, c.p50}, "p95": {l.Total.P95MS, c.p95}, "max": {l.Total.MaxMS, c.max}} {
				if math.Abs(float64(f[0]-f[1])) > 1e-9 {
					t.Errorf("%s is %v, want %v", name, f[0], f[1])
				}
			}
			if notes := strings.Join(l.Notes, ";"); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
				t.Errorf("the notes are %q", notes)
			}
		})
	}
}

func TestWhatLoadToolsPrintMayLie(t *testing.T) {
	for name, c := range map[string][2]string{
		"hey cut off":            {heyExample[:strings.LastIndex(heyExample, "Status code")], "truncated"},
		"vegeta cut off":         {vegetaExample[:300], "truncated"},
		"vegeta csv cut off":     {vegetaCSVExample[:120], "fields"},
		"gatling cut off":        {gatlingExample[:len("RUN\tshop.Sim\tsim\t1700000000000\t \t3.9.5\nUSER\tBrowse\tSTART\t1700000000000\nREQUEST\t\thome\t17000000")], "truncated"},
		"gatling of nothing":     {"RUN\tx\ty\t1700000000000\t \t3.9\n", "no sample"},
		"gatling, other line":    {gatlingExample + "hello\n", "begins no line"},
		"gatling of 3.10":        {"\x00\x00\x00\x00\x063.10.5\x00\x00\x00\x05shop", "binary form"},
		"gatling stats cut off":  {gatlingStatsExample[:400], "truncated"},
		"gatling stats, nothing": {`{"type":"GROUP","stats":{"numberOfRequests":{"total":0}}}`, "nothing was measured"},
		"benchmarks that failed": {gobenchExample + "--- FAIL: BenchmarkX\nFAIL\n", "benchmarks failed"},
		"benchmark cut off":      {"goos: linux\nBenchmarkRead-8 100 200\n", "cut off"},
		"no benchmark":           {"goos: linux\nPASS\n", "no sample"},
		"csv cut off":            {"name,duration,success\na,1,true\na,1", "2 fields instead of 3"},
		"csv, no outcome":        {"name,duration,success\na,1,maybe\n", "does not say how"},
		"csv, no duration":       {"name,duration,success\na,-1,true\n", "no number"},
	} {
		if rep, err := Read(strings.NewReader(c[0]), "in", Limits{}); headway.KindOf(err) != headway.Invalid || !strings.Contains(err.Error(), c[1]) {
			t.Errorf("%s: got %+v %v, want %q", name, rep.Load, err, c[1])
		}
	}
}

// naiveLoad sorts what it is given, apart from the readers.
type naiveLoad struct {
	took   map[string][]float64
	failed map[string]int64
}

func (n *naiveLoad) add(name string, ms float64, failed bool) {
	if n.took == nil {
		n.took, n.failed = map[string][]float64{}, map[string]int64{}
	}
	n.took[name] = append(n.took[name], ms)
	if failed {
		n.failed[name]++
	}
}

func (n *naiveLoad) check(t *testing.T, l *LoadReport) {
	t.Helper()
	if len(l.Transactions) != len(n.took) {
		t.Errorf("%d transactions, want %d", len(l.Transactions), len(n.took))
	}
	for _, tr := range l.Transactions {
		values := slices.Sorted(slices.Values(n.took[tr.Name]))
		if tr.Count != int64(len(values)) || tr.Errors != n.failed[tr.Name] {
			t.Errorf("%s: %d samples, %d errors; want %d, %d", tr.Name, tr.Count, tr.Errors, len(values), n.failed[tr.Name])
			continue
		}
		sum := 0.0
		for _, v := range values {
			sum += v
		}
		rank := func(q float64) float64 { return values[max(0, int(math.Ceil(q*float64(len(values))-1e-9))-1)] }
		for name, f := range map[string][2]float64{
			"p50": {float64(tr.P50MS), rank(.5)}, "p90": {float64(tr.P90MS), rank(.9)}, "p95": {float64(tr.P95MS), rank(.95)},
			"p99": {float64(tr.P99MS), rank(.99)}, "max": {float64(tr.MaxMS), values[len(values)-1]}, "mean": {float64(tr.MeanMS), sum / float64(len(values))},
		} {
			if math.Abs(f[0]-f[1]) > 0.005*f[1]+1e-9 {
				t.Errorf("%s: %s is %g, want %g", tr.Name, name, f[0], f[1])
			}
		}
	}
}

// The results of real JMeter runs in CSV, read by encoding/csv and sorted.
func TestRealJMeterRunsLikeANaiveReader(t *testing.T) {
	for _, path := range realFiles(t, "load/*.csv") {
		rep, err := readFile(t, path)
		if err != nil {
			t.Fatal(err)
		}
		var n naiveLoad
		rows, header := naiveCSV(t, path), map[string]int{}
		for i, name := range rows[0] {
			header[name] = i
		}
		if _, ok := header["elapsed"]; !ok {
			continue // without header: by hand, in TestRealJMeterRuns
		}
		for _, row := range rows[1:] {
			ms, err := strconv.ParseFloat(row[header["elapsed"]], 64)
			if err != nil {
				t.Fatal(err)
			}
			n.add(row[header["label"]], ms, row[header["success"]] == "false")
		}
		n.check(t, rep.Load)
	}
}

func naiveCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f := openFile(t, path)
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	first, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	if len(first) == 1 {
		t.Skip("another delimiter")
	}
	rows := [][]string{first}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

// Drawn runs are written in several formats; each reader must give what sorting gives.
func TestDrawnRunsAreCountedLikeANaiveReader(t *testing.T) {
	for seed := range uint64(25) {
		r := rand.New(rand.NewPCG(seed, 17))
		var n naiveLoad
		var jtl, xmlText, k6, gatling, plain strings.Builder
		jtl.WriteString("timeStamp;elapsed;label;success\n")
		xmlText.WriteString("<testResults>")
		gatling.WriteString("RUN\tx\ty\t1700000000000\t \t3.9\n")
		plain.WriteString("success,name,duration_us\n")
		for i := range 1 + r.IntN(6000) {
			name, ms, failed := fmt.Sprintf("t%d", r.IntN(4)), int(math.Exp(r.NormFloat64()*1.5+5)), r.IntN(9) == 0
			n.add(name, float64(ms), failed)
			start, ok := int64(1700000000000)+int64(i*7), map[bool]string{true: "KO", false: "OK"}[failed]
			fmt.Fprintf(&jtl, "%d;%d;\"%s\";%v\n", start, ms, name, !failed)
			fmt.Fprintf(&xmlText, `<httpSample t="%d" ts="%d" s="%v" lb="%s"><httpSample t="1" ts="%d" s="false" lb="part"/></httpSample>`, ms, start, !failed, name, start)
			bad := map[bool]int{true: 1}[failed]
			fmt.Fprintf(&k6, `{"type":"Point","metric":"http_req_duration","data":{"time":"2026-01-02T03:04:05Z","value":%d,"tags":{"name":"%s","expected_response":"%v"}}}`+"\n"+`{"metric":"http_req_failed","type":"Point","data":{"value":%d,"tags":{"name":"%s"}}}`+"\n", ms, name, !failed, bad, name)
			fmt.Fprintf(&gatling, "REQUEST\t\t%s\t%d\t%d\t%s\t \n", name, start, start+int64(ms), ok)
			fmt.Fprintf(&plain, "%s,%s,%d\n", strings.ToLower(ok), name, ms*1000)
		}
		xmlText.WriteString("</testResults>")
		for format, in := range map[Format]string{JTLCSV: jtl.String(), JTLXML: xmlText.String(), K6Stream: k6.String(), GatlingLog: gatling.String(), LoadCSV: plain.String()} {
			t.Run(fmt.Sprintf("%s/%d", format, seed), func(t *testing.T) { n.check(t, mustRead(t, in, format).Load) })
		}
	}
}
