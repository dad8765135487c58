package ingest

import "bytes"

// readCTRF reads the Common Test Report Format (ctrf.io, JSON). Its statuses
// pending and other count as skipped; retries and the flag flaky as repeats.
func readCTRF(src *source, sink *testSink) error {
	c := &ctrf{j: newJSONScanner(src), sink: sink, suites: map[string]bool{}}
	err := c.j.object(func(key []byte) error {
		if string(key) == "results" {
			c.found = true
			return c.j.object(c.results)
		}
		return c.j.skipValue()
	})
	if err != nil {
		return err
	}
	if err := c.j.atEnd(); err != nil {
		return err
	}
	sink.rep.Suites += len(c.suites)
	names := [...]string{"tests", "passed", "failed", "skipped", "pending", "other"}
	for i, name := range names {
		if d, ok := c.declared[name]; ok && d != float64(c.counted[i]) {
			sink.notes.addf("the summary declares %s=%g, counted were %d", name, d, c.counted[i])
		}
	}
	if c.odd > 0 {
		sink.notes.addf("%d tests have the status other: they count as skipped", c.odd)
	}
	return nil
}

type ctrf struct {
	j        *jsonScanner
	sink     *testSink
	found    bool
	suites   map[string]bool
	declared map[string]float64
	counted  [6]int
	odd      int

	name, suite, file, status, message, trace []byte
	browser, device, labels                   []byte
	files                                     map[string]string // by suite and name: see class
	attempts                                  int               // entries of retryAttempts
	millis, retries                           float64
	flaky                                     bool
}

func (c *ctrf) results(key []byte) error {
	switch string(key) {
	case "tests":
		return c.j.array(c.test)
	case "summary":
		c.declared = map[string]float64{}
		return c.j.object(func(key []byte) error {
			switch name := string(key); name {
			case "tests", "passed", "failed", "skipped", "pending", "other":
				v, _, err := c.j.number()
				c.declared[name] = v
				return err
			}
			return c.j.skipValue()
		})
	}
	return c.j.skipValue()
}

func (c *ctrf) test() error {
	c.name, c.suite, c.file, c.status = c.name[:0], c.suite[:0], c.file[:0], c.status[:0]
	c.message, c.trace, c.millis, c.retries, c.flaky = c.message[:0], c.trace[:0], 0, 0, false
	c.browser, c.device, c.labels, c.attempts = c.browser[:0], c.device[:0], c.labels[:0], 0
	if err := c.j.object(c.field); err != nil {
		return err
	}
	if len(c.name) == 0 {
		return c.j.refuse("a test has no name")
	}
	for _, where := range [][]byte{c.browser, c.device} { // the same test elsewhere is no repeat
		if len(where) > 0 {
			c.name = append(append(append(c.name, " ["...), where...), ']')
		}
	}
	c.retries = max(c.retries, float64(c.attempts))
	run := caseRun{suite: c.suite, class: c.class(), name: c.name, seconds: c.millis / 1000, file: c.file, labels: c.labels}
	c.counted[0]++
	switch string(c.status) {
	case "passed":
		c.counted[1]++
		run.outcome = CasePassed
		run.failedRuns = int(min(max(c.retries, 0), 1000))
		if c.flaky && run.failedRuns == 0 {
			run.failedRuns = 1
		}
	case "failed":
		c.counted[2]++
		run.outcome = CaseFailed
		run.laterRuns = int(min(max(c.retries, 0), 1000))
	case "skipped":
		c.counted[3]++
		run.outcome = CaseSkipped
	case "pending":
		c.counted[4]++
		run.outcome = CaseSkipped
	case "other":
		c.counted[5]++
		c.odd++
		run.outcome = CaseSkipped
	default:
		return c.j.refuse("the test %q has the status %q, which CTRF does not know", clip(c.name, 80), clip(c.status, 40))
	}
	run.message = c.message
	if len(c.trace) > 0 && !bytes.HasPrefix(c.trace, c.message) {
		run.message = append(append(run.message, '\n'), c.trace...)
	}
	c.suites[string(c.suite)] = true
	return placed(c.sink.add(&run), c.j.where(0))
}

func (c *ctrf) field(key []byte) error {
	switch string(key) {
	case "name":
		return jsonText(c.j, &c.name)
	case "status":
		return jsonText(c.j, &c.status)
	case "message":
		return jsonText(c.j, &c.message)
	case "trace":
		return jsonText(c.j, &c.trace)
	case "filePath":
		return jsonText(c.j, &c.file)
	case "tags":
		return c.tags()
	case "suite":
		return c.suitePath()
	case "browser":
		return jsonText(c.j, &c.browser)
	case "device":
		return jsonText(c.j, &c.device)
	case "retryAttempts":
		return c.j.each(c.attempt)
	case "duration":
		v, _, err := c.j.number()
		c.millis = v
		return err
	case "retries":
		v, _, err := c.j.number()
		c.retries = v
		return err
	case "flaky":
		if b, err := c.j.peek(); err != nil || b != 't' && b != 'f' {
			return c.j.skipValue()
		}
		v, err := c.j.boolean()
		c.flaky = v
		return err
	}
	return c.j.skipValue()
}

// class gives the file of a test. Where a checkout lies is no part of a test's
// identity: of an absolute path the file's name stays, unless another file has it.
func (c *ctrf) class() []byte {
	const most = 20_000
	name := c.file
	if i := bytes.LastIndexAny(name, `/\`); i >= 0 && (name[0] == '/' || bytes.Contains(name[:i], []byte(`:\`))) {
		name = name[i+1:]
	}
	if len(name) == len(c.file) {
		return name
	}
	if c.files == nil {
		c.files = map[string]string{}
	}
	key := string(c.suite) + "\x00" + string(name)
	first, known := c.files[key]
	if !known && len(c.files) < most {
		c.files[key] = string(c.file)
		return name
	}
	if first != string(c.file) {
		return c.file
	}
	return name
}

// tags reads what a test is labelled with, a list of texts.
func (c *ctrf) tags() error {
	if b, err := c.j.peek(); err != nil || b != '[' {
		return c.j.skipValue()
	}
	return c.j.array(func() error {
		if b, err := c.j.peek(); err != nil || b != '"' {
			return c.j.skipValue()
		}
		s, err := c.j.text()
		c.labels = append(append(c.labels, s...), '\n')
		return err
	})
}

// attempt reads an entry of retryAttempts; the last one may be the test itself,
// passed, which is no retry.
func (c *ctrf) attempt() error {
	status := ""
	err := c.j.fields(func(key string) error {
		if key == "status" {
			return c.j.into(&status)
		}
		return c.j.skipValue()
	})
	if status != "passed" {
		c.attempts++
	}
	return err
}

// suitePath reads a suite as text, or as a list of names from the outside in.
func (c *ctrf) suitePath() error {
	b, err := c.j.peek()
	if err != nil {
		return err
	}
	if b != '[' {
		return jsonText(c.j, &c.suite)
	}
	return c.j.array(func() error {
		s, err := c.j.text()
		if len(c.suite) > 0 && len(s) > 0 {
			c.suite = append(c.suite, " > "...)
		}
		c.suite = append(c.suite, s...)
		return err
	})
}
