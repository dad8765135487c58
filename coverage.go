package headway

// CoverageRun is the evidence kind of a coverage report.
const CoverageRun EvidenceKind = "coverage"

// Covered counts how much of something the tests reached. A total of 0 means
// that the report does not speak of it.
type Covered struct {
	Total   int64 `json:"total"`
	Covered int64 `json:"covered"`
}

// Rate gives the share that was reached, 0–1; false when there is none.
func (c Covered) Rate() (float64, bool) {
	if c.Total <= 0 {
		return 0, false
	}
	return float64(c.Covered) / float64(c.Total), true
}

// Plus adds two counts.
func (c Covered) Plus(o Covered) Covered { return Covered{c.Total + o.Total, c.Covered + o.Covered} }

// Coverage is what a coverage report says, counted from its lines.
type Coverage struct {
	Statements Covered        `json:"statements"`
	Lines      Covered        `json:"lines"`
	Branches   Covered        `json:"branches"`
	Functions  Covered        `json:"functions"`
	Files      int            `json:"files"`
	Parts      []CoveragePart `json:"parts,omitempty"` // directories or packages, by name
}

// CoveragePart is the main figure of one directory or package.
type CoveragePart struct {
	Name string `json:"name"`
	Covered
}

// Main gives the figure that the report is about: statements, else lines, and its name.
func (c Coverage) Main() (Covered, string) {
	if c.Statements.Total > 0 {
		return c.Statements, "statements"
	}
	return c.Lines, "lines"
}

// Figure gives a share by the name that criteria use: coverage (the main
// figure), statements, lines, branches or functions.
func (c Coverage) Figure(name string) (float64, bool) {
	switch name {
	case "coverage":
		main, _ := c.Main()
		return main.Rate()
	case "statements":
		return c.Statements.Rate()
	case "lines":
		return c.Lines.Rate()
	case "branches":
		return c.Branches.Rate()
	case "functions":
		return c.Functions.Rate()
	}
	return 0, false
}
