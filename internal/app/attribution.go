package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"headway"
	"headway/internal/ingest"
	"headway/internal/store"
)

// ownership finds the team that a test case belongs to.
type ownership struct {
	rules headway.Attribution
	teams map[string]string // key by owner as written
}

// attribution reads a programme's rules; without any it knows nothing.
func (l look) attribution(ctx context.Context, p headway.Programme) (ownership, error) {
	file, err := l.Owners(ctx, p.ID)
	if headway.KindOf(err) == headway.NotFound {
		return ownership{}, nil
	}
	if err != nil {
		return ownership{}, err
	}
	rules, err := ingest.Owners(strings.NewReader(file.Text), "CODEOWNERS")
	return ownership{rules, file.Teams}, err
}

// of gives the pattern of the rule that holds for a case, and the key of the
// first of its owners that is a team of the programme; empty when none is.
func (o ownership) of(caseID, file string, labels []string) (component, team string) {
	suite, class, name := headway.SplitCaseID(caseID)
	rule, ok := o.rules.FindCase(file, class, suite, labels)
	if !ok {
		if rule, ok = o.rules.Find(name); !ok {
			return "", ""
		}
	}
	for _, owner := range rule.Owners {
		if key := o.teams[owner]; key != "" {
			return rule.Pattern, key
		}
	}
	return rule.Pattern, ""
}

// teamIDs gives the ids of a programme's teams by key.
func (c *change) teamIDs(ctx context.Context, p headway.Programme) (map[string]string, error) {
	teams, err := c.Teams(ctx, p.ID)
	out := map[string]string{}
	for _, t := range teams {
		out[t.Key] = t.ID
	}
	return out, err
}

// SetOwners sets which team's tests are whose.
type SetOwners struct {
	Text  string            // as a CODEOWNERS file
	Teams map[string]string // key of a team by owner, for owners that are not named as the team
}

// Ownership is a programme's rules of attribution, and what of them has no team.
type Ownership struct {
	store.OwnersFile
	Rules    int
	Teamless []string // owners that stand for no team of the programme
}

// SetOwners takes the rules in place of those before. An owner stands for a
// team when it is its key, when its last part is (@org/web), or when Teams says so.
func (a *App) SetOwners(ctx context.Context, by headway.Actor, programme string, in SetOwners) (Ownership, error) {
	var out Ownership
	rules, err := ingest.Owners(strings.NewReader(in.Text), "CODEOWNERS")
	if err != nil {
		return out, err
	}
	err = a.changeIn(ctx, by, programme, headway.EditProgramme, func(c *change, p headway.Programme) error {
		teams, err := c.Teams(ctx, p.ID)
		if err != nil {
			return err
		}
		if out, err = resolveOwners(rules, teams, in); err != nil {
			return err
		}
		out.At, out.ByName = c.now, by.Name
		if err := c.PutOwners(ctx, p.ID, out.OwnersFile); err != nil {
			return err
		}
		text := fmt.Sprintf("%d rules say which team's tests are whose", out.Rules)
		return c.record(ctx, p.ID, OwnersSet, p.ID, text, map[string]any{"rules": out.Rules, "text": in.Text, "teams": out.Teams})
	})
	return out, err
}

func resolveOwners(rules headway.Attribution, teams []headway.Team, in SetOwners) (Ownership, error) {
	known := map[string]bool{}
	for _, t := range teams {
		known[t.Key] = t.Kind == headway.DevelopmentTeam
	}
	out := Ownership{OwnersFile: store.OwnersFile{Text: in.Text, Teams: map[string]string{}}, Rules: len(rules.Rules)}
	for owner, key := range in.Teams {
		if !known[key] {
			return out, headway.Invalidf("teams", "%s stands for %q, which is no development team of this programme", owner, headway.Shorten(key, 80))
		}
	}
	for _, r := range rules.Rules {
		for _, owner := range r.Owners {
			last := owner[strings.LastIndexAny(owner, "/@")+1:]
			switch {
			case in.Teams[owner] != "":
				out.Teams[owner] = in.Teams[owner]
			case known[last]:
				out.Teams[owner] = last
			case !slices.Contains(out.Teamless, owner):
				out.Teamless = append(out.Teamless, owner)
			}
		}
	}
	return out, nil
}

// OwnersView shows the rules of attribution.
func (a *App) OwnersView(ctx context.Context, by headway.Actor, programme string) (Ownership, error) {
	var out Ownership
	err := a.lookWith(ctx, by, programme, headway.ViewProgramme, func(l look, p headway.Programme) error {
		file, err := l.Owners(ctx, p.ID)
		if headway.KindOf(err) == headway.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		rules, err := ingest.Owners(strings.NewReader(file.Text), "CODEOWNERS")
		if err != nil {
			return err
		}
		teams, err := l.Teams(ctx, p.ID)
		if err != nil {
			return err
		}
		out, err = resolveOwners(rules, teams, SetOwners{Text: file.Text, Teams: file.Teams})
		out.At, out.ByName = file.At, file.ByName
		return err
	})
	return out, err
}
