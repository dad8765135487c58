package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"headway"
	"headway/internal/store"
)

// Found is one thing that a search met.
type Found struct {
	Kind   string // release, person, team or defect
	ID     string // of a release or person; key of a team; number of a defect
	Title  string
	Detail string
}

const (
	findEach = 8   // of each kind
	findText = 100 // characters of a question
)

// FindView looks a text up among the releases, people, teams and defects of a
// programme. Nothing asked gives the releases on their way.
func (a *App) FindView(ctx context.Context, by headway.Actor, programme, text string) ([]Found, error) {
	text = strings.ToLower(strings.TrimSpace(headway.Shorten(headway.PlainText(text), findText)))
	var out []Found
	err := a.lookIn(ctx, by, programme, headway.ViewProgramme, func(q store.Q, p headway.Programme) error {
		c, err := castOf(ctx, q, p)
		if err != nil {
			return err
		}
		releases, err := findReleases(ctx, q, c, text)
		if err != nil {
			return err
		}
		out = append(out, releases...)
		if text == "" {
			return nil
		}
		out = append(out, findPeople(c, text)...)
		defects, err := findDefects(ctx, q, p, text)
		out = append(out, defects...)
		return err
	})
	return out, err
}

// findReleases finds by version and by the name or key of the team: every word
// of the text must be met. Those on their way come first.
func findReleases(ctx context.Context, q store.Q, c Cast, text string) ([]Found, error) {
	words := strings.Fields(text)
	var version string
	for _, w := range words {
		if strings.ContainsAny(w, "0123456789") {
			version = w
		}
	}
	open, err := openReleases(ctx, q, c, words, version)
	if err != nil {
		return nil, err
	}
	if version != "" {
		named, err := q.Releases(ctx, c.Programme.ID, store.ReleaseFilter{Named: version, Limit: 50})
		if err != nil {
			return nil, err
		}
		open = append(open, named...)
	}
	var out []Found
	seen := map[string]bool{}
	for _, r := range open {
		t, _ := c.Team(r.TeamID)
		name := nameRelease(t, r)
		if seen[r.ID] || len(out) == findEach || !holdsAll(name+" "+t.Key, words) {
			continue
		}
		seen[r.ID] = true
		out = append(out, Found{"release", r.ID, name, string(r.State)})
	}
	return out, nil
}

// openReleases lists the releases on their way among which words may be met, by
// the end of their sprints. The database looks for a word of a version, unless
// teams have it too; it knows upper and lower case of ASCII only.
func openReleases(ctx context.Context, q store.Q, c Cast, words []string, version string) ([]headway.Release, error) {
	if len(words) == 0 {
		return q.NextReleases(ctx, c.Programme.ID, onTheWay(), findEach)
	}
	f := store.ReleaseFilter{States: onTheWay()}
	elsewhere := slices.ContainsFunc(c.Teams, func(t headway.Team) bool { return holdsAll(t.Name+" "+t.Key, []string{version}) })
	foreign := strings.ContainsFunc(version, func(c rune) bool { return c > unicode.MaxASCII })
	if version != "" && !elsewhere && !foreign {
		f.Holds = version
	}
	open, err := q.Releases(ctx, c.Programme.ID, f)
	slices.SortStableFunc(open, func(a, b headway.Release) int { return a.SprintEnd.Compare(b.SprintEnd) })
	return open, err
}

func findPeople(c Cast, text string) []Found {
	var out []Found
	words := strings.Fields(text)
	for _, t := range c.Teams {
		if holdsAll(t.Name+" "+t.Key, words) {
			out = append(out, Found{"team", t.Key, t.Name, string(t.Kind) + " team"})
		}
	}
	out = out[:min(len(out), findEach)]
	n := 0
	for _, p := range c.People {
		if n < findEach && holdsAll(p.Name+" "+p.Key, words) {
			t, _ := c.Team(p.TeamID)
			out = append(out, Found{"person", p.ID, p.Name, t.Name})
			n++
		}
	}
	return out
}

func findDefects(ctx context.Context, q store.Q, p headway.Programme, text string) ([]Found, error) {
	var n int
	if _, err := fmt.Sscanf(text, "d-%d", &n); err == nil {
		d, err := q.DefectByNumber(ctx, p.ID, n)
		if headway.KindOf(err) == headway.NotFound {
			return nil, nil
		}
		return []Found{foundDefect(d)}, err
	}
	ds, err := q.Defects(ctx, p.ID, store.DefectFilter{Contains: text}, findEach)
	var out []Found
	for _, d := range ds {
		out = append(out, foundDefect(d))
	}
	return out, err
}

func foundDefect(d headway.Defect) Found {
	return Found{"defect", fmt.Sprint(d.Number), fmt.Sprintf("D-%d %s", d.Number, d.Title), string(d.State)}
}

func holdsAll(text string, words []string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
