package ingest_bench

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"headway/internal/ingest"
)

func junitFile(cases int) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
	for i := range cases {
		if i%50 == 0 {
			if i > 0 {
				b.WriteString("</testsuite>\n")
			}
			fmt.Fprintf(&b, "<testsuite name=\"org.example.Suite%d\" tests=\"50\">\n", i/50)
		}
		fmt.Fprintf(&b, "  <testcase name=\"testThing%d\" classname=\"org.example.Suite%d\" time=\"0.%03d\"", i, i/50, i%1000)
		if i%40 == 0 {
			fmt.Fprintf(&b, "><failure message=\"expected %d\" type=\"AssertionError\">%s</failure></testcase>\n", i, strings.Repeat("at org.example.Some.method(Some.java:12)\n", 20))
		} else {
			b.WriteString("/>\n")
		}
	}
	b.WriteString("</testsuite>\n</testsuites>\n")
	return b.Bytes()
}

func jtlFile(rows int) []byte {
	var b bytes.Buffer
	b.WriteString("timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,step %d,200,OK,Thread Group 1-%d,text,true,,13630,390,1,1,https://www.example.com/blog/,1170,0,704\n", 1547676357242+i, 50+i*7919%3000, i%12, i%50)
	}
	return b.Bytes()
}

func k6File(points int) []byte {
	var b bytes.Buffer
	for i := range points {
		fmt.Fprintf(&b, `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-01-02T03:04:%02d.%06d+01:00","value":%d.%d,"tags":{"expected_response":"true","group":"","method":"GET","name":"https://example.com/%d","proto":"HTTP/1.1","scenario":"default","status":"200","tls_version":"tls1.3","url":"https://example.com/%d"}}}`+"\n", i/1_000_000%60, i%1_000_000, 50+i*7919%3000, i%1000, i%12, i%12)
	}
	return b.Bytes()
}

func read(b *testing.B, data []byte) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ingest.Read(bytes.NewReader(data), "bench", ingest.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJUnit(b *testing.B) {
	data := junitFile(50_000)
	b.Run("headway", func(b *testing.B) { read(b, data) })
	b.Run("floor-encoding-xml-tokens", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			d := xml.NewDecoder(bytes.NewReader(data))
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkJTL(b *testing.B) {
	const rows = 300_000
	data := jtlFile(rows)
	b.Run("headway", func(b *testing.B) {
		read(b, data)
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("floor-encoding-csv", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			r := csv.NewReader(bytes.NewReader(data))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkK6Stream(b *testing.B) {
	data := k6File(100_000)
	b.Run("headway", func(b *testing.B) { read(b, data) })
	b.Run("floor-encoding-json-decoder", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		type point struct {
			Metric string
			Type   string
			Data   struct {
				Time  time.Time
				Value float64
				Tags  map[string]string
			}
		}
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(data))
			for {
				var p point
				if err := d.Decode(&p); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// repeated gives a report of about size bytes without holding it: unit cases
// with a kilobyte of output each, under ever new names.
type repeated struct {
	left  int64
	n     int
	chunk []byte
	ended bool
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.chunk) == 0 {
		switch {
		case r.n == 0:
			r.chunk = []byte("<testsuite name=\"s\">")
		case r.left > 0:
			r.chunk = fmt.Appendf(nil, "<testcase classname=\"org.example.C%d\" name=\"case %d\"><system-out>%s</system-out></testcase>\n", r.n/50, r.n, strings.Repeat("0123456789abcdef", 60))
		case !r.ended:
			r.chunk, r.ended = []byte("</testsuite>"), true
		default:
			return 0, io.EOF
		}
		r.n++
		r.left -= int64(len(r.chunk))
	}
	n := copy(p, r.chunk)
	r.chunk = r.chunk[n:]
	return n, nil
}

// BenchmarkJUnitGigabyte reads 1 GB and reports the memory that the process
// holds in live and dead heap beyond what it held before.
func BenchmarkJUnitGigabyte(b *testing.B) {
	if testing.Short() {
		b.Skip("a gigabyte takes seconds")
	}
	for b.Loop() {
		runtime.GC()
		var before, m runtime.MemStats
		runtime.ReadMemStats(&before)
		var peak uint64
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-tick.C:
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapInuse)
				case <-stop:
					return
				}
			}
		}()
		b.SetBytes(1 << 30)
		if _, err := ingest.Read(&repeated{left: 1 << 30}, "bench", ingest.Limits{}); err != nil {
			b.Fatal(err)
		}
		close(stop)
		<-stopped
		b.ReportMetric(float64(peak-min(peak, before.HeapInuse))/(1<<20), "peak-MB")
	}
}
