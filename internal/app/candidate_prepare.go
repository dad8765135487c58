package app

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway"
)

// prepareShelving reads and judges all that shelving needs, and changes nothing.
func (l look) prepareShelving(ctx context.Context, p headway.Programme, in ShelveCandidate) (Shelved, error) {
	var s Shelved
	cand, err := l.newCandidate(ctx, p, in)
	if err != nil {
		return s, err
	}
	version, err := headway.ShelveVersion(in.Version)
	if err != nil {
		return s, err
	}
	if s.Team, err = l.developmentTeam(ctx, p, in.Team); err != nil {
		return s, err
	}
	cal, err := calendarOf(ctx, l.Q, p)
	if err != nil {
		return s, err
	}
	if s.Release, s.NewRelease, err = l.releaseFor(ctx, p, s.Team, version, in, cal); err != nil {
		return s, err
	}
	cand.ReleaseID, cand.Digest = s.Release.ID, cand.Seal(version)
	have, err := l.CandidateByDigest(ctx, p.ID, s.Release.ID, cand.Digest)
	if err == nil {
		s.Candidate, s.Was = have, s.Release.State
		return s, nil
	}
	if headway.KindOf(err) != headway.NotFound {
		return s, err
	}
	newest, err := l.NewestCandidate(ctx, p.ID, s.Release.ID)
	switch {
	case err == nil:
		s.Superseded, s.Facts = &newest, changedFacts(newest.Facts, cand.Facts)
	case headway.KindOf(err) != headway.NotFound:
		return s, err
	}
	s.Was = s.Release.State
	if s.Release, s.Candidate, err = s.Release.Shelve(cand, s.Superseded, l.now); err != nil {
		return s, err
	}
	s.Created = true
	if err := l.prepareMending(ctx, p, &s, in.Mends); err != nil {
		return s, err
	}
	if err := l.prepareDefects(ctx, p, &s, in.Fixes); err != nil {
		return s, err
	}
	book, err := l.NewestPlaybook(ctx, p.ID)
	if headway.KindOf(err) == headway.NotFound {
		return s, headway.Conflictf("the programme has no playbook, so nobody knows how to prove a candidate").WithHint("apply a programme file with a playbook")
	}
	if err != nil {
		return s, err
	}
	if err := l.prepareItems(ctx, p, &s, cal, book); err != nil {
		return s, err
	}
	if err := l.prepareFixes(ctx, p, &s); err != nil {
		return s, err
	}
	if s.Release.Hotfix {
		if s.Owed, err = l.owedTo(ctx, p, s.Release); err != nil {
			return s, err
		}
	}
	return s, l.prepareEvidence(ctx, p, &s, book)
}

// prepareFixes lays out the team's fixes as they will be once the candidate is
// on the shelf with what it fixes.
func (l look) prepareFixes(ctx context.Context, p headway.Programme, s *Shelved) error {
	known, err := l.FixesOf(ctx, p.ID, s.Team.ID)
	if err != nil || len(known)+len(s.Fixed) == 0 {
		return err // nothing could be missing: most candidates pay for one look only
	}
	facts, err := fixFacts(ctx, l.Q, p, s.Team)
	if err != nil {
		return err
	}
	facts.Newest[s.Release.ID] = s.Candidate.Name
	facts.Releases = append(slices.DeleteFunc(facts.Releases, func(r headway.Release) bool { return r.ID == s.Release.ID }), s.Release)
	for _, d := range s.Fixed {
		k := slices.IndexFunc(facts.Fixes, func(f headway.Fix) bool { return f.Defect == d.Number })
		if k < 0 {
			k = len(facts.Fixes)
			facts.Fixes = append(facts.Fixes, headway.Fix{ID: d.ID, Defect: d.Number, Title: d.Title, NotedAt: l.now})
			facts.Found[d.Number] = d.ReleaseID
		}
		facts.Open[d.Number] = false
		facts.Marks = append(facts.Marks, headway.FixMark{FixID: facts.Fixes[k].ID, Place: s.Release.ID, State: headway.FixIn, Sign: headway.SignShelved, At: l.now})
	}
	s.Missing, _ = facts.Matrix().Gaps(s.Release.ID)
	return nil
}

// newCandidate makes the candidate of what was handed in.
func (l look) newCandidate(ctx context.Context, p headway.Programme, in ShelveCandidate) (headway.Candidate, error) {
	cand := headway.Candidate{
		ID: l.app.newID(), ProgrammeID: p.ID, Commit: in.Commit, Notes: in.Notes, Facts: in.Facts, Artifacts: in.Artifacts,
		Reason: in.Reason, ShelvedBy: l.by.UserID, ShelvedByName: l.by.Name,
	}
	if err := cand.Check(); err != nil {
		return cand, err
	}
	for i := range cand.Artifacts {
		art := &cand.Artifacts[i]
		art.SHA256 = strings.ToLower(art.SHA256)
		size, err := l.FileSize(ctx, p.ID, art.SHA256)
		if headway.KindOf(err) == headway.NotFound && in.Preview {
			continue // it will be handed in when this is meant
		}
		if headway.KindOf(err) == headway.NotFound {
			return cand, headway.Invalidf("artifacts", "%q (%s) has not been handed in", art.Name, art.SHA256).WithHint("send the file first, then shelve")
		}
		if err != nil {
			return cand, err
		}
		if _, ok := l.app.blobs.Has(art.SHA256); !ok {
			return cand, headway.Invalidf("artifacts", "%q (%s) is not stored any more", art.Name, art.SHA256).WithHint("send the file again, then shelve")
		}
		art.Size = size
	}
	return cand, nil
}

func (l look) developmentTeam(ctx context.Context, p headway.Programme, key string) (headway.Team, error) {
	team, err := l.TeamByKey(ctx, p.ID, key)
	if headway.KindOf(err) == headway.NotFound {
		return team, headway.NotFoundf("there is no team %q in this programme", key).At("team")
	}
	if err == nil && team.Kind != headway.DevelopmentTeam {
		return team, headway.Invalidf("team", "%s is an operations team: it proves and deploys what others shelve", team.Name)
	}
	return team, err
}

// releaseFor finds the release of a version, or makes it: attached to the
// sprint that the team is in.
func (l look) releaseFor(ctx context.Context, p headway.Programme, team headway.Team, version string, in ShelveCandidate, cal headway.Calendar) (headway.Release, bool, error) {
	for _, v := range []string{in.Version, version} {
		r, err := l.ReleaseByVersion(ctx, p.ID, team.ID, "", v)
		if err == nil || headway.KindOf(err) != headway.NotFound {
			return r, false, err
		}
	}
	r := headway.Release{
		ID: l.app.newID(), ProgrammeID: p.ID, TeamID: team.ID, Version: version, State: headway.ReleasePlanned,
		SprintEnd: l.now, Hotfix: in.Hotfix, CreatedAt: l.now,
	}
	sprints, err := l.SprintsOf(ctx, p.ID, team.ID)
	if err != nil {
		return r, false, err
	}
	today := headway.DateOf(l.now.In(cal.Zone))
	for _, s := range sprints {
		if s.Start.After(today) {
			break
		}
		if r.SprintID = s.ID; !in.Hotfix {
			r.SprintEnd = s.Ends(cal)
		}
	}
	return r, true, nil
}

func (l look) prepareItems(ctx context.Context, p headway.Programme, s *Shelved, cal headway.Calendar, book headway.Playbook) error {
	needed, err := book.Needed(s.Candidate.Facts, time.Duration(p.SlotMinutes)*time.Minute)
	if err != nil {
		return err
	}
	envs, err := l.Environments(ctx, p.ID)
	if err != nil {
		return err
	}
	place := map[string]string{}
	for _, e := range envs {
		place[e.Key] = e.ID
	}
	needed = onHotfixEnvironment(p.Hotfix, s.Release, needed, envs)
	existing, err := l.ItemsOf(ctx, p.ID, s.Release.ID)
	if err != nil {
		return err
	}
	first, err := l.firstRank(ctx, p.ID, s.Release.Hotfix && p.Hotfix.Yields != headway.YieldNothing, len(needed))
	if err != nil {
		return err
	}
	s.Items = headway.Shelving{
		Release: s.Release, Candidate: s.Candidate, Before: s.Superseded, Fixed: s.Fixed, Needed: needed, Existing: existing, Place: place, FirstRank: first,
		NewID: l.app.newID, Now: l.now, WorkedTime: cal.WorkingTime,
	}.Generate()
	return nil
}

// firstRank places new items behind all that is to do, those of a hotfix before.
func (l look) firstRank(ctx context.Context, programmeID string, hotfix bool, items int) (int64, error) {
	if hotfix {
		first, err := l.FirstRank(ctx, programmeID)
		return first - int64(items), err
	}
	last, err := l.LastRank(ctx, programmeID)
	return last + 1, err
}

func (l look) prepareDefects(ctx context.Context, p headway.Programme, s *Shelved, fixes []string) error {
	fixed := map[int]bool{}
	for _, f := range fixes {
		n, err := parseDefectNumber(f)
		if err != nil {
			return err
		}
		d, err := l.DefectByNumber(ctx, p.ID, n)
		if headway.KindOf(err) == headway.NotFound {
			return headway.Invalidf("fixes", "there is no defect D-%d in this programme", n)
		}
		if err != nil {
			return err
		}
		if d.TeamID != s.Team.ID {
			return headway.Invalidf("fixes", "D-%d belongs to another team", n).WithHint("name defects of %s", s.Team.Name)
		}
		if d.State != headway.DefectOpen && d.State != headway.DefectDeferred {
			return headway.Conflictf("D-%d is %s and cannot be fixed again", n, d.State).At("fixes")
		}
		if fixed[n] {
			continue
		}
		fixed[n] = true
		d.State, d.FixedIn, d.ClosedAt = headway.DefectFixed, s.Candidate.ID, l.now
		s.Fixed = append(s.Fixed, d)
	}
	open, err := l.OpenDefectsOf(ctx, p.ID, s.Release.ID)
	for _, d := range open {
		if !fixed[d.Number] {
			s.Open = append(s.Open, d)
		}
	}
	return err
}

// parseDefectNumber reads D-12 or 12.
func parseDefectNumber(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(s, "D-"), "d-"))
	if err != nil || n < 1 {
		return 0, headway.Invalidf("defect", "%q is no defect", s).WithHint("name it as D-12")
	}
	return n, nil
}

// prepareEvidence sorts the gate's criteria that look at evidence into those
// that want it anew and those for which earlier evidence counts.
func (l look) prepareEvidence(ctx context.Context, p headway.Programme, s *Shelved, book headway.Playbook) error {
	gate, err := gateOf(ctx, l.Q, p, s.Release.ID)
	if headway.KindOf(err) == headway.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	proofs, err := l.EvidenceOfRelease(ctx, p.ID, s.Release.ID)
	if err != nil {
		return err
	}
	var line headway.Lineage
	if len(proofs) > 0 {
		if line, err = lineageOf(ctx, l.Q, p, s.Release, book); err != nil {
			return err
		}
	}
	line.Defects = append(line.Defects, s.Fixed...) // as they will be stored
	s.Why = map[string]string{}
	for _, k := range gate.Criteria {
		concerned, err := k.When.Holds(s.Candidate.Facts)
		if err != nil {
			return err
		}
		if !concerned || k.LooksAt() == "" {
			continue
		}
		standing := line.Standing(proofs, s.Candidate, k.LooksAt())
		s.Why[k.Key] = standing.Reason
		if standing.Evidence == nil {
			s.Rerun = append(s.Rerun, k)
		} else {
			s.Stands = append(s.Stands, k)
		}
	}
	return nil
}

func changedFacts(before, after headway.Facts) map[string]FactChange {
	out := map[string]FactChange{}
	for k, v := range after {
		if before[k] != v {
			out[k] = FactChange{before[k], v}
		}
	}
	for k, v := range before {
		if _, ok := after[k]; !ok {
			out[k] = FactChange{v, ""}
		}
	}
	return out
}
