package headway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// room is one package in the plan of the house.
type room struct {
	// may holds the packages of the house it imports, each with the reason.
	may map[string]string
	// pure rooms do no I/O, ask no clock and draw nothing at random: what they
	// need of that is handed to them.
	pure bool
	// stdlib rooms import nothing from outside but the standard library.
	stdlib bool
}

type reasons = map[string]string

// plan is the plan of the house: who may import whom. Any other arrow fails,
// and so does a package without a row. "" is the root package, the vocabulary;
// everybody may import that and it is not listed.
var plan = map[string]room{
	"": {pure: true, stdlib: true},

	"client": {},

	"cmd/headway": {may: reasons{
		"internal/cli": "main hands its arguments to the commands",
	}},

	"e2e/browser":    {},
	"bench/start":    {},
	"bench/evidence": {may: reasons{"internal/store": "measures how cases are stored"}},
	"bench/ingest":   {may: reasons{"internal/ingest": "measures it"}},
	"bench/import": {may: reasons{
		"internal/app":   "measures a verb",
		"internal/store": "on a database of its own",
	}},
	"bench/shelve": {may: reasons{
		"client":          "asks as CI does",
		"internal/api":    "measures its routes",
		"internal/app":    "fills the instance",
		"internal/auth":   "measures through the door",
		"internal/config": "sets the instance up",
		"internal/ingest": "reads the programme",
		"internal/server": "measures a whole instance",
		"internal/store":  "fills the backlog",
	}},
	"bench/dispatch": {may: reasons{
		"client":          "starts rehearsals as people do",
		"internal/app":    "sets the programme up",
		"internal/config": "sets the instance up",
		"internal/ingest": "reads the programme",
		"internal/server": "measures a whole instance",
		"internal/store":  "sets the programme up",
	}},
	"bench/pages": {may: reasons{
		"client":      "sets the large programme up as people do",
		"e2e/browser": "measures what a browser shows",
	}},
	"bench/forecast": {may: reasons{"internal/forecast": "measures it"}},
	"bench/plan": {may: reasons{
		"internal/engine":          "measures it",
		"internal/engine/instance": "reads published instances",
	}},

	"internal/engine":       {pure: true, stdlib: true, may: reasons{"internal/engine/rcpsp": "bare projects are solved, and proven, by a search of their own"}},
	"internal/engine/rcpsp": {pure: true, stdlib: true},
	"internal/engine/instance": {pure: true, may: reasons{
		"internal/engine": "published instances become problems of the engine",
		"internal/strict": "programmes in JSON are read strictly",
	}},
	"internal/recur":    {pure: true},
	"internal/forecast": {pure: true, may: reasons{"internal/engine": "a forecast asks the engine many times"}},
	"internal/ingest":   {pure: true, may: reasons{"internal/recur": "a calendar recurs"}},
	"internal/strict":   {},
	"internal/config":   {},
	"internal/store":    {},
	"internal/demo":     {may: reasons{"internal/app": "the sample programme is made by verbs", "internal/ingest": "with reports as CI sends them", "internal/store": "with its history dated back"}},
	"internal/web": {may: reasons{
		"internal/app":   "a page shows a view or asks for a verb",
		"internal/auth":  "a page knows who asks",
		"internal/live":  "a page hears what changes",
		"internal/reqid": "an error names its request",

		"internal/web/ui":       "pages are made of parts",
		"internal/web/form":     "settings are forms over nouns",
		"internal/ingest":       "the setup is also shown and taken as a document",
		"internal/web/timeline": "the plan is drawn",
	}},
	"internal/web/ui":       {},
	"internal/web/form":     {pure: true},
	"internal/web/timeline": {pure: true},
	"internal/live":         {may: reasons{"internal/auth": "its route stands behind the door"}},
	"internal/reqid":        {},

	"internal/attest": {pure: true, may: reasons{"internal/strict": "a bundle is read strictly"}},
	"internal/app": {may: reasons{
		"internal/attest":   "a decision's record becomes a signed statement",
		"internal/engine":   "a verb asks for a plan",
		"internal/forecast": "a verb asks how sure a date is",
		"internal/ingest":   "a verb reads what was handed in",
		"internal/recur":    "freezes recur",
		"internal/store":    "a verb is one transaction",
		"internal/strict":   "a verb reads documents of the user, such as a programme",
	}},
	"internal/jobs": {may: reasons{
		"internal/app":   "a worker calls one verb",
		"internal/store": "River works on the store's connections",
	}},
	"internal/auth":      {},
	"internal/integrate": {},
	"internal/seal":      {},

	"internal/api": {may: reasons{
		"client":          "the wire types are shared with the client",
		"internal/app":    "a route calls one verb",
		"internal/auth":   "a route knows who asks",
		"internal/ingest": "an upload is told apart while it streams",
		"internal/live":   "a client follows what changes",
		"internal/reqid":  "an error names its request",
		"internal/strict": "a body is decoded strictly",
	}},

	"internal/agent": {may: reasons{
		"client": "an agent speaks to the server through the client",
	}},

	"internal/gitlog": {},

	"internal/cli": {may: reasons{
		"internal/agent":           "agent run works beside the target",
		"client":                   "commands speak to the server through the client",
		"internal/attest":          "verify checks a bundle without a server",
		"internal/config":          "serve reads the settings",
		"internal/engine":          "plan solve and plan check work without a server",
		"internal/engine/instance": "plan solve and plan check read and write files",
		"internal/gitlog":          "fix report reads a repository beside the user",
		"internal/forecast":        "forecast backtest works without a server",
		"internal/ingest":          "evidence inspect and plan solve read files without a server",
		"internal/server":          "serve, demo and admin start the server",
	}},

	"internal/server": {may: reasons{
		"internal/api":       "wires it",
		"internal/app":       "wires it",
		"internal/attest":    "verify takes checkpoints of the audit log",
		"internal/auth":      "wires it",
		"internal/config":    "wires it",
		"internal/demo":      "fills the sample programme",
		"internal/integrate": "wires it",
		"internal/jobs":      "wires it",
		"internal/live":      "wires it",
		"internal/reqid":     "wires it",
		"internal/seal":      "wires it",
		"internal/store":     "wires it",
		"internal/web":       "wires it",
	}},

	"internal/testkit":        {may: reasons{"internal/testkit/pgtest": "the second database"}},
	"internal/testkit/pgtest": {},
}

// testOnly are the packages that only tests import.
var testOnly = []string{"internal/testkit", "internal/testkit/pgtest"}

// pkg is what `go list` tells of a package.
type pkg struct {
	Dir, ImportPath                    string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

const module = "headway"

// name gives a package's row in the plan.
func (p pkg) name() string { return inside(p.ImportPath) }

func inside(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, module), "/") }

func isInside(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

func isStdlib(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !isInside(path) && !strings.Contains(first, ".")
}

func packages(t *testing.T) []pkg {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json", "./...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImportsFollowThePlan(t *testing.T) {
	for _, p := range packages(t) {
		row, ok := plan[p.name()]
		if !ok && len(p.GoFiles) > 0 {
			t.Errorf("%s has no row in the plan of the house (arch_test.go)", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			if reason := forbidden(row, imported); reason != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, reason)
			}
		}
	}
}

// forbidden tells why a room may not import a package, or nothing.
func forbidden(row room, imported string) string {
	name := inside(imported)
	switch {
	case isStdlib(imported):
		return ""
	case !isInside(imported) && row.stdlib:
		return "this room imports only the standard library"
	case !isInside(imported) || imported == module:
		return ""
	case slices.Contains(testOnly, name) && row.may[name] == "":
		return "only tests import it"
	case row.may[name] == "":
		return "the plan of the house (arch_test.go) has no such arrow"
	}
	return ""
}

func TestEveryPackageHasAComment(t *testing.T) {
	for _, p := range packages(t) {
		files := slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles)
		if !slices.ContainsFunc(files, func(name string) bool { return tells(t, filepath.Join(p.Dir, name)) }) {
			t.Errorf("%s has no package comment that starts with Package or Command", p.ImportPath)
		}
	}
}

// tells finds the package's comment in a file. It reads files and does not
// trust go list, which takes the header of a generated file for the comment.
func tells(t *testing.T, path string) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	text := f.Doc.Text()
	return strings.HasPrefix(text, "Package ") || strings.HasPrefix(text, "Command ")
}

// impure are the packages that do I/O or draw at random.
var impure = []string{
	"crypto/rand", "database/sql", "embed", "log", "math/rand",
	"net", "net/http", "os", "os/exec", "os/signal", "os/user", "syscall",
}

// impureCalls are functions that ask the clock or a hidden source of chance.
var impureCalls = map[string][]string{
	"time":         {"After", "AfterFunc", "NewTicker", "NewTimer", "Now", "Since", "Sleep", "Tick", "Until"},
	"math/rand/v2": {"Float32", "Float64", "ExpFloat64", "Int", "Int32", "Int32N", "Int64", "Int64N", "IntN", "N", "NormFloat64", "Perm", "Shuffle", "Uint", "Uint32", "Uint32N", "Uint64", "Uint64N", "UintN"},
}

func TestPureRoomsStayPure(t *testing.T) {
	for _, p := range packages(t) {
		if !plan[p.name()].pure {
			continue
		}
		for _, imported := range p.Imports {
			if slices.Contains(impure, imported) {
				t.Errorf("%s is pure and imports %s", p.ImportPath, imported)
			}
		}
		for _, file := range p.GoFiles {
			for _, call := range calls(t, filepath.Join(p.Dir, file)) {
				t.Errorf("%s is pure and uses %s", p.ImportPath, call)
			}
		}
	}
}

// calls lists the uses of impure functions in a file, with their place.
func calls(t *testing.T, path string) []string {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for _, imp := range f.Imports {
		imported := strings.Trim(imp.Path.Value, `"`)
		if bad, ok := impureCalls[imported]; ok {
			name := map[string]string{"time": "time", "math/rand/v2": "rand"}[imported]
			if imp.Name != nil {
				name = imp.Name.Name
			}
			names[name] = bad
		}
	}
	var found []string
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(names[x.Name], sel.Sel.Name) {
			found = append(found, fmt.Sprintf("%s.%s at %s", x.Name, sel.Sel.Name, files.Position(sel.Pos())))
		}
		return true
	})
	return found
}

// TestThePlanHasNoCircle keeps imports running one way, tests of other rooms included.
func TestThePlanHasNoCircle(t *testing.T) {
	var visit func(name string, path []string)
	done := map[string]bool{}
	visit = func(name string, path []string) {
		if slices.Contains(path, name) {
			t.Fatalf("the plan goes in a circle: %s", strings.Join(append(path, name), " → "))
		}
		if done[name] {
			return
		}
		for _, next := range slices.Sorted(maps.Keys(plan[name].may)) {
			visit(next, append(path, name))
		}
		done[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(plan)) {
		visit(name, nil)
	}
}
