package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestEveryVerbThatWritesIsRecorded follows the calls of each exported verb, by
// name: one that writes must come to the audit log, or stand here with a reason.
func TestEveryVerbThatWritesIsRecorded(t *testing.T) {
	unrecorded := map[string]string{
		"ActorByToken":        "notes when a token was last used",
		"BeatCommand":         "keeps the lease of an agent's command, whose end is recorded",
		"EndExpiredSessions":  "takes away what has ended by the clock",
		"EndStaleSimulations": "gives up what was only computed",
		"FeedCalendar":        "notes when a calendar's address was last asked for",
		"LookAtDecision":      "notes what a person has seen",
		"MarkRead":            "is about the person's own notifications",
		"NotifyMembers":       "tells of what is recorded",
		"PutArtifact":         "stores bytes that are nothing yet: shelving records them with their digest",
		"SimulatePart":        "stores what was only computed",
		"SweepFiles":          "takes away files that nothing names",
		"TakeArtifact":        "stores bytes likewise, sent by a form",
	}
	calls, verbs := callsOf(t)
	reaches := func(from string, names ...string) bool {
		seen := map[string]bool{}
		var visit func(string) bool
		visit = func(name string) bool {
			if slices.Contains(names, name) {
				return true
			}
			if seen[name] {
				return false
			}
			seen[name] = true
			return slices.ContainsFunc(slices.Collect(maps.Keys(calls[name])), visit)
		}
		return visit(from)
	}
	writing := 0
	for _, verb := range verbs {
		if !reaches(verb, "change", "changeIn", "store.Write") {
			continue
		}
		writing++
		recorded := reaches(verb, "record", "recordFor")
		if unrecorded[verb] == "" && !recorded {
			t.Errorf("%s writes, and nothing of it comes to the audit log", verb)
		}
		if recorded {
			continue
		}
		delete(unrecorded, verb)
	}
	for verb := range unrecorded {
		t.Errorf("%s is recorded, or writes nothing: it needs no reason here", verb)
	}
	if writing < 100 {
		t.Errorf("only %d verbs are seen to write", writing)
	}
}

// callsOf gives which names each function of this package calls, and the
// exported methods of App.
func callsOf(t *testing.T) (calls map[string]map[string]bool, verbs []string) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	calls = map[string]map[string]bool{}
	for _, path := range names {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			name := f.Name.Name
			if calls[name] == nil {
				calls[name] = map[string]bool{}
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok {
					switch of := c.Fun.(type) {
					case *ast.SelectorExpr:
						calls[name][nameOf(of)] = true
					case *ast.Ident:
						calls[name][of.Name] = true
					}
				}
				return true
			})
			if of := receiver(f); of == "App" && f.Name.IsExported() {
				verbs = append(verbs, name)
			}
		}
	}
	return calls, verbs
}

// nameOf tells the store's own methods from those of the same name here.
func nameOf(of *ast.SelectorExpr) string {
	switch x := of.X.(type) {
	case *ast.SelectorExpr:
		if x.Sel.Name != "app" {
			return x.Sel.Name + "." + of.Sel.Name
		}
	case *ast.Ident:
		if x.Name == "q" || x.Name == "tx" {
			return "store." + of.Sel.Name
		}
	}
	return of.Sel.Name
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	at, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	if name, ok := at.X.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
