package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/ingest"
)

// maxFixCommits bounds the commits of one report.
const maxFixCommits = 5000

// ReportFixes tells the commits of a place: of a release, or of trunk.
type ReportFixes struct {
	Team    string // key
	Place   string // version of a release, or trunk
	Head    string // commit until which is told
	Commits []ToldCommit
}

// ToldCommit is a commit as it was told.
type ToldCommit struct{ SHA, PatchID, Message string }

// FixesReported is what a report of commits came to.
type FixesReported struct {
	Place    string // name
	Carried  int    // commits that carry a fix
	Noted    []headway.Fix
	Reverted int   // commits that are taken out again
	Unknown  []int // defects that the messages name and nobody knows
	Matrix   TeamFixes
}

// ReportFixes takes commits in and recognises the fixes that they carry, by the
// defects that they name, the commits that they were picked from and what they
// change. The same commits again change nothing but when they were told.
func (a *App) ReportFixes(ctx context.Context, by headway.Actor, programme string, in ReportFixes) (FixesReported, error) {
	var out FixesReported
	commits, err := readCommits(in)
	if err != nil {
		return out, err
	}
	err = a.changeIn(ctx, by, programme, headway.AddEvidence, func(c *change, p headway.Programme) error {
		out = FixesReported{}
		team, err := c.look().developmentTeam(ctx, p, in.Team)
		if err != nil {
			return err
		}
		place, name, err := c.look().fixPlace(ctx, p, team, in.Place)
		if err != nil {
			return err
		}
		var named []int
		for _, k := range commits {
			named = append(named, k.Fixes...)
		}
		slices.Sort(named)
		titles, err := c.DefectTitles(ctx, p.ID, slices.Compact(named))
		if err != nil {
			return err
		}
		facts, err := fixFacts(ctx, c.Q, p, team)
		if err != nil {
			return err
		}
		found := facts.Recognise(place, commits, titles)
		out.Place, out.Carried, out.Reverted, out.Unknown = name, found.Recognise, len(found.Reverted), found.Unknown
		if out.Noted, err = c.storeFixes(ctx, p, team, found); err != nil {
			return err
		}
		told := headway.FixTold{TeamID: team.ID, Place: place, Head: in.Head, At: c.now, ByName: c.by.Name}
		if err := c.PutFixTold(ctx, p.ID, told); err != nil {
			return err
		}
		text := fmt.Sprintf("%s told %d commits of %s: %d carry a fix", team.Name, len(commits), name, found.Recognise)
		if err := c.record(ctx, p.ID, FixesTold, team.ID, text, map[string]any{"place": place, "head": in.Head, "commits": len(commits), "carried": found.Recognise, "reverted": out.Reverted}); err != nil {
			return err
		}
		if facts, err = fixFacts(ctx, c.Q, p, team); err != nil {
			return err
		}
		m := facts.Matrix()
		out.Matrix = fixesOfTeam(team, m, false, fixRows)
		return c.recordFixes(ctx, p, team, out.Noted, m)
	})
	return out, err
}

// readCommits reads and checks what was told, before anything is stored.
func readCommits(in ReportFixes) ([]headway.Commit, error) {
	if len(in.Commits) > maxFixCommits {
		return nil, headway.Errorf(headway.TooLarge, "%d commits are more than %d", len(in.Commits), maxFixCommits).At("commits").WithHint("tell a shorter range")
	}
	if in.Head != "" {
		if err := (headway.Commit{SHA: in.Head}).Check(); err != nil {
			return nil, headway.Invalidf("head", "%q is no commit", headway.Shorten(in.Head, 70)).WithHint("name it by its whole SHA")
		}
	}
	out := make([]headway.Commit, len(in.Commits))
	for i, k := range in.Commits {
		out[i] = ingest.CommitMessage(k.Message)
		out[i].SHA, out[i].PatchID = strings.ToLower(k.SHA), strings.ToLower(k.PatchID)
		if err := out[i].Check(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// storeFixes stores what was recognised and gives the fixes noted for the first time.
func (c *change) storeFixes(ctx context.Context, p headway.Programme, team headway.Team, found headway.FixesFound) ([]headway.Fix, error) {
	ids := map[string]string{}
	var noted []headway.Fix
	for i, f := range found.New {
		f, err := c.addFix(ctx, p, team, f)
		if err != nil {
			return nil, err
		}
		ids[headway.NewFixID(i)] = f.ID
		noted = append(noted, f)
	}
	for _, k := range slices.Concat(found.Commits, found.Reverted) {
		k.FixID = or(ids[k.FixID], k.FixID)
		if k.ToldAt.IsZero() {
			k.ToldAt = c.now
		}
		if k.Reverted != "" && k.RevertedAt.IsZero() {
			k.RevertedAt = c.now
		}
		if err := c.PutFixCommit(ctx, p.ID, k); err != nil {
			return nil, err
		}
	}
	return noted, nil
}

// addFix stores a fix that nobody has noted yet.
func (c *change) addFix(ctx context.Context, p headway.Programme, team headway.Team, f headway.Fix) (headway.Fix, error) {
	n, err := c.NextFix(ctx, p.ID)
	if err != nil {
		return f, err
	}
	f.ID, f.ProgrammeID, f.TeamID, f.Number = c.app.newID(), p.ID, team.ID, int(n)
	f.Title = or(headway.Shorten(oneLine(f.Title), 300), "a commit without a subject")
	f.NotedAt, f.NotedBy, f.NotedByName = c.now, c.by.UserID, c.by.Name
	return f, c.AddFix(ctx, f)
}

// recordFixes says of fixes noted for the first time where they are missing.
func (c *change) recordFixes(ctx context.Context, p headway.Programme, team headway.Team, noted []headway.Fix, m headway.FixMatrix) error {
	for _, row := range m.Rows {
		if !slices.ContainsFunc(noted, func(f headway.Fix) bool { return f.ID == row.ID }) {
			continue
		}
		text := fmt.Sprintf("%s of %s is noted: %s", row.Name(), team.Name, headway.Shorten(row.Title, 120))
		if missing := m.MissingFrom(row); len(missing) > 0 {
			text += "; it is missing from " + strings.Join(missing, " and ")
		}
		if err := c.record(ctx, p.ID, FixNoted, team.ID, text, map[string]any{"fix": row.ID, "number": row.Number, "defect": row.Defect}); err != nil {
			return err
		}
	}
	return nil
}

// fixPlace finds the place of a team that fixes are told of: trunk, or the
// release of a version.
func (l look) fixPlace(ctx context.Context, p headway.Programme, team headway.Team, name string) (place, shown string, err error) {
	if name == headway.Trunk {
		return headway.Trunk, headway.Trunk, nil
	}
	if name == "" {
		return "", "", headway.Invalidf("place", "no place is named").WithHint("name the version of a release, or trunk")
	}
	r, err := l.ReleaseByVersion(ctx, p.ID, team.ID, "", name)
	if canonical, bad := headway.ShelveVersion(name); headway.KindOf(err) == headway.NotFound && bad == nil {
		r, err = l.ReleaseByVersion(ctx, p.ID, team.ID, "", canonical)
	}
	return r.ID, r.Version, unknownAt(err, "place", name)
}
