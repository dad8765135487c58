package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headway"
	"headway/internal/ingest"
)

// teamKeys gives each team of a history a key made of its name; two names that
// would make the same key are told apart by a number.
func teamKeys(h ingest.History) map[string]string {
	keys, taken := map[string]string{}, map[string]bool{}
	for _, name := range h.Teams {
		base := slug(name)
		key := base
		for n := 2; taken[key]; n++ {
			key = fmt.Sprintf("%s-%d", base, n)
		}
		keys[name], taken[key] = key, true
	}
	return keys
}

// slug makes a key of a name: lower-case letters and digits, hyphens between.
func slug(name string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 55 {
			break
		}
	}
	if s := strings.TrimSuffix(b.String(), "-"); s != "" {
		return s
	}
	return "team"
}

// historyBatch stores releases of imported history in one transaction.
type historyBatch struct {
	*change
	p     headway.Programme
	names []string          // of all teams of the file
	keys  map[string]string // team key by name
	sum   *ImportSummary
	teams map[string]headway.Team // by their name in the file
	known map[historyID]headway.Release
}

type historyID struct{ team, component, version string }

func (h *historyBatch) store(ctx context.Context, batch []ingest.HistoryRelease) error {
	if err := h.prepare(ctx, batch); err != nil {
		return err
	}
	for _, r := range batch {
		team := h.teams[r.Team]
		have, known := h.known[historyID{team.ID, r.Component, r.Version}]
		var err error
		if known {
			err = h.complete(ctx, have, r)
		} else {
			err = h.add(ctx, team, r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// prepare finds or makes the teams of the file, those of mere tags too, and
// loads what is known of those of the batch.
func (h *historyBatch) prepare(ctx context.Context, batch []ingest.HistoryRelease) error {
	have, err := h.Teams(ctx, h.p.ID)
	if err != nil {
		return err
	}
	byKey, byName := map[string]headway.Team{}, map[string]headway.Team{}
	for _, t := range have {
		byKey[t.Key], byName[t.Name] = t, t
	}
	h.teams, h.known = map[string]headway.Team{}, map[historyID]headway.Release{}
	for _, name := range h.names {
		team, known := byName[name]
		if !known {
			team, known = byKey[h.keys[name]]
		}
		if !known {
			if team, err = h.addTeam(ctx, name); err != nil {
				return err
			}
		}
		h.teams[name] = team
	}
	loaded := map[string]bool{}
	for _, r := range batch {
		team := h.teams[r.Team]
		if loaded[team.ID] {
			continue
		}
		loaded[team.ID] = true
		releases, err := h.HistoryReleases(ctx, h.p.ID, team.ID)
		if err != nil {
			return err
		}
		for _, k := range releases {
			h.known[historyID{team.ID, k.Component, k.Version}] = k
		}
	}
	return nil
}

func (h *historyBatch) addTeam(ctx context.Context, name string) (headway.Team, error) {
	t := headway.Team{ID: h.app.newID(), ProgrammeID: h.p.ID, Key: h.keys[name], Name: name, Kind: headway.DevelopmentTeam, Priority: 5}
	if err := t.Check(); err != nil {
		return t, err
	}
	h.sum.Teams++
	return t, h.PutTeam(ctx, t)
}

// add stores a release that is new. Of imported history the gap counts from
// shelving, the first thing that is known of it; without a candidate it stays unknown.
func (h *historyBatch) add(ctx context.Context, team headway.Team, r ingest.HistoryRelease) error {
	n := headway.Release{ID: h.app.newID(), ProgrammeID: h.p.ID, TeamID: team.ID, Version: r.Version, Component: r.Component, Series: r.Series, CreatedAt: h.now}
	dated(&n, r)
	if err := h.AddRelease(ctx, n); err != nil {
		return err
	}
	h.sum.Releases++
	if !n.LiveAt.IsZero() && !n.SprintEnd.IsZero() {
		h.sum.Gaps++
	}
	return h.candidates(ctx, n, r, nil)
}

// complete adds to a release that is known what the file has beyond it.
func (h *historyBatch) complete(ctx context.Context, have headway.Release, r ingest.HistoryRelease) error {
	known, err := h.CandidatesOf(ctx, h.p.ID, have.ID)
	if err != nil {
		return err
	}
	numbers := map[int]headway.Candidate{}
	for _, c := range known {
		numbers[c.RC] = c
	}
	next := have
	dated(&next, r)
	before := h.sum.Candidates
	if err := h.candidates(ctx, next, r, numbers); err != nil {
		return err
	}
	if next == have && before == h.sum.Candidates {
		return nil
	}
	h.sum.Completed++
	if !next.LiveAt.IsZero() && !next.SprintEnd.IsZero() && (have.LiveAt.IsZero() || have.SprintEnd.IsZero()) {
		h.sum.Gaps++
	}
	_, err = h.SaveRelease(ctx, next, have.State)
	return err
}

// dated sets state and times of a release from its history, and takes nothing
// back that was known.
func dated(n *headway.Release, r ingest.HistoryRelease) {
	if shelved := r.Shelved(); !shelved.IsZero() && (n.ShelvedAt.IsZero() || shelved.Before(n.ShelvedAt)) {
		n.ShelvedAt = shelved
	}
	if n.LiveAt.IsZero() {
		n.LiveAt = r.Live
	}
	if n.State == "" {
		n.State = headway.ReleaseShelved
	}
	if !n.LiveAt.IsZero() && !n.State.InProduction() && !n.State.Terminal() {
		n.State, n.ClosedAt = headway.ReleaseClosed, n.LiveAt
	}
	// A production date before the first candidate is a slip of the history: no
	// gap follows from it.
	n.SprintEnd = n.ShelvedAt
	if !n.LiveAt.IsZero() && n.LiveAt.Before(n.ShelvedAt) {
		n.SprintEnd = time.Time{}
	}
}

// candidates stores the candidates of a release that are not known yet. The
// last one went to production when the release did.
func (h *historyBatch) candidates(ctx context.Context, n headway.Release, r ingest.HistoryRelease, known map[int]headway.Candidate) error {
	newest := 0
	for rc := range known {
		newest = max(newest, rc)
	}
	for _, c := range r.Candidates {
		newest = max(newest, c.Number)
	}
	state := func(rc int) headway.CandidateState {
		switch {
		case rc < newest:
			return headway.CandidateSuperseded
		case n.LiveAt.IsZero():
			return headway.CandidateShelved
		default:
			return headway.CandidateReleased
		}
	}
	for rc, c := range known {
		if s := state(rc); s != c.State {
			if err := h.SetCandidateState(ctx, h.p.ID, c.ID, s); err != nil {
				return err
			}
		}
	}
	before := ""
	for _, c := range r.Candidates {
		if have, ok := known[c.Number]; ok {
			before = have.ID
			continue
		}
		cand := headway.Candidate{
			ID: h.app.newID(), ProgrammeID: h.p.ID, ReleaseID: n.ID, RC: c.Number, Name: headway.CandidateName(n.Version, c.Number),
			Facts: headway.Facts{}, State: state(c.Number), Supersedes: before, ShelvedAt: c.At, ShelvedByName: "imported",
		}
		cand.Digest = cand.Seal(n.Version)
		if err := h.AddCandidate(ctx, cand); err != nil {
			return err
		}
		before = cand.ID
		h.sum.Candidates++
	}
	return nil
}
