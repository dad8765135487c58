package ingest

import "strconv"

// junitSuite is an open <testsuite> or <testsuites>.
type junitSuite struct {
	depth    int
	path     int // length of the path before this suite
	name     string
	file     string
	line     int
	isRoot   bool // <testsuites>
	declared [4]int
	subtree  [4]int // tests, failures, errors, skipped counted below, as declared counts mean them
	direct   [4]int
	runs     int    // tests with their retries
	tries    [2]int // failures and errors with those of retries, as Surefire declares them
}

var declaredNames = [4]string{"tests", "failures", "errors", "skipped"}

func (j *junitReader) startSuite() {
	x := j.x
	s := junitSuite{depth: x.depth(), path: len(j.path), line: x.line + 1, isRoot: string(x.name) == "testsuites"}
	s.name, s.file = clip(x.attr("name"), 80), clip(firstOf(x.attr("file"), x.attr("filepath")), maxPlace)
	for i, attr := range declaredNames {
		s.declared[i] = declaredCount(x.attr(attr))
	}
	if !s.isRoot {
		j.sink.rep.Suites++
		if name := x.attr("name"); len(name) > 0 {
			if len(j.path) > 0 {
				j.path = append(j.path, " > "...)
			}
			j.path = append(j.path, name...)
			j.hostname(x.attr("hostname"))
		}
	}
	j.suites = append(j.suites, s)
}

// hostname tells suites of one file apart that have the same name and another
// host: Playwright writes a suite for each of its projects (browsers) so. Taken
// together, a case that fails in one browser would pass as flaky.
func (j *junitReader) hostname(host []byte) {
	const most = 20_000
	if len(host) == 0 {
		return
	}
	if j.hosts == nil {
		j.hosts = map[string]string{}
	}
	first, known := j.hosts[string(j.path)]
	switch {
	case !known && len(j.hosts) < most:
		j.hosts[string(j.path)] = clip(host, 200)
	case known && first != clip(host, 200):
		j.path = append(append(append(j.path, " ["...), host...), ']')
	}
}

// declaredCount reads a declared count, -1 when there is none that can be read.
func declaredCount(b []byte) int {
	if len(b) == 0 || len(b) > 9 {
		return -1
	}
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return -1
	}
	return n
}

// suiteFailed counts a suite that failed as a whole as a case of its own,
// as Jenkins does: its class did not load, or its set-up failed.
func (j *junitReader) suiteFailed() error {
	s := &j.suites[len(j.suites)-1]
	j.tries = [2]int{}
	j.run = caseRun{suite: j.path, class: j.path, name: []byte("<init>"), message: j.message, outcome: CaseFailed}
	if j.errored {
		j.run.outcome = CaseError
	}
	j.failure, j.errored = false, false
	j.sink.notes.addf("the suite %q failed as a whole (line %d) and is counted as one case", s.name, s.line)
	return j.count(1)
}

func (j *junitReader) endSuite() {
	n := len(j.suites) - 1
	s := j.suites[n]
	j.suites, j.path = j.suites[:n], j.path[:s.path]
	for i, name := range declaredNames {
		d := s.declared[i]
		if d < 0 || d == s.subtree[i] || !s.isRoot && d == s.direct[i] || i == 0 && d == s.runs || i > 0 && i < 3 && d == s.tries[i-1] {
			continue
		}
		j.sink.notes.addf("%s of line %d declares %s=%d, counted were %d", s.title(), s.line, name, d, s.subtree[i])
	}
	if n > 0 {
		up := &j.suites[n-1]
		up.runs += s.runs
		for i := range up.tries {
			up.tries[i] += s.tries[i]
		}
		for i := range up.subtree {
			up.subtree[i] += s.subtree[i]
		}
	}
}

func (s *junitSuite) title() string {
	kind := "the suite"
	if s.isRoot {
		kind = "the report"
	}
	if s.name == "" {
		return kind
	}
	return kind + " " + strconv.Quote(s.name)
}
