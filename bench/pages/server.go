package pages

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What a page may cost.
const (
	scriptBudget = 120_000 // bytes of compressed JavaScript in all
	planHTML     = 300_000 // bytes of the plan's HTML
	planP99      = 100 * time.Millisecond
	pageP99      = 30 * time.Millisecond
)

const (
	mostRequests = 120
	fewest       = 5
	spend        = 4 * time.Second // on the requests of one page
	longest      = 20 * time.Second

	settleEvery = time.Second
	settleMost  = 10 * time.Minute
)

// reader asks for pages as somebody signed in.
type reader struct {
	base string
	pid  int
	http *http.Client
}

func (i instance) reader(b *testing.B) reader {
	b.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	r := reader{i.address, i.pid, &http.Client{Jar: jar, Timeout: longest}}
	form := url.Values{"email": {i.manager.Email}, "password": {i.manager.Password}}
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, r.base+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := r.http.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b.Fatalf("signing in: %s", res.Status)
	}
	return r
}

// cost is what the server needs for one page.
type cost struct {
	html, zipped int
	p50, p99     time.Duration
	cpu          time.Duration // of the whole program for one request, on average
	failed       error
}

// measure asks for a page again and again, each time from the request to the
// last byte of the answer.
func (r reader) measure(path string) cost {
	var c cost
	if c.failed = r.settle(path); c.failed != nil {
		return c
	}
	var took []time.Duration
	var used time.Duration
	began := time.Now()
	for k := 0; k < mostRequests && (k < fewest || time.Since(began) < spend); k++ {
		from := time.Now()
		body, err := r.get(path)
		if err != nil {
			c.failed = err
			return c
		}
		took = append(took, time.Since(from))
		if k == 0 {
			c.html, c.zipped = len(body), zipped(body)
			took, used = took[:0], cpu(r.pid) // the first one warms up
		}
	}
	slices.Sort(took)
	c.p50, c.p99 = took[len(took)/2], took[(len(took)*99)/100]
	c.cpu = (cpu(r.pid) - used) / time.Duration(len(took))
	return c
}

// settle waits for what jobs compute for a page, and says how long that took.
func (r reader) settle(path string) error {
	for from := time.Now(); ; time.Sleep(settleEvery) {
		body, err := r.get(path)
		if err != nil {
			return err
		}
		if !bytes.Contains(body, []byte("data-again")) {
			if took := time.Since(from); took > settleEvery {
				fmt.Printf("(%s: computed by a job within %.0f s)\n", path, took.Seconds())
			}
			return nil
		}
		if time.Since(from) > settleMost {
			return fmt.Errorf("not computed after %s", settleMost)
		}
	}
}

// cpu gives the processor time that a process has taken, which tells more than
// the clock where others work on the same machine. Linux counts it in steps of 10 ms.
func cpu(pid int) time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(raw), ") ")
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

func (r reader) get(path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, r.base+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s", res.Status)
	}
	return body, err
}

// zipped gives the size of bytes when they are compressed as web servers do.
func zipped(body []byte) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil || w.Close() != nil {
		return 0
	}
	return b.Len()
}

// assets adds up the scripts and styles that a page asks for.
func (r reader) assets(b *testing.B, path string) (script, scriptZipped, style, styleZipped int) {
	b.Helper()
	page, err := r.get(path)
	if err != nil {
		b.Fatal(err)
	}
	for _, part := range strings.FieldsFunc(string(page), func(c rune) bool { return c == '"' }) {
		if !strings.HasPrefix(part, "/assets/") {
			continue
		}
		body, err := r.get(part)
		if err != nil {
			b.Fatal(err)
		}
		switch {
		case strings.Contains(part, ".js"):
			script, scriptZipped = script+len(body), scriptZipped+zipped(body)
		case strings.Contains(part, ".css"):
			style, styleZipped = style+len(body), styleZipped+zipped(body)
		}
	}
	return script, scriptZipped, style, styleZipped
}
