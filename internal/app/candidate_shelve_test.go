package app

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
)

func TestShelveGeneratesTheBacklog(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		out := s.shelve(t, s.candidate(t, "one"))
		if !out.Created || out.Candidate.Name != "2.0.0-rc.1" || out.Release.State != headway.ReleaseShelved || out.NewRelease {
			t.Fatalf("%+v", out)
		}
		items := s.items(t, out.Release.ID)
		if len(items) != len(shelfBook) {
			t.Fatalf("%d items, wanted one for each of %d activities", len(items), len(shelfBook))
		}
		migrate := items["migrate"]
		if migrate.Estimate != 7*time.Hour || migrate.Skill != headway.SkillDBA || migrate.CandidateID != out.Candidate.ID || migrate.Environment == "" {
			t.Errorf("the migration of 120 GB: %+v", migrate)
		}
		if got := items["regression"].After; len(got) != 1 || got[0] != migrate.ID {
			t.Errorf("regression waits for %v, not for the migration %s", got, migrate.ID)
		}
		if items["install"].Rank >= items["deploy"].Rank {
			t.Error("the items are out of the playbook's order")
		}
		var rerun []string
		for _, k := range out.Rerun {
			rerun = append(rerun, k.Key)
		}
		if !slices.Equal(rerun, []string{"regression", "load"}) || len(out.Stands) != 0 {
			t.Errorf("evidence wanted: %v", rerun)
		}
		events := read(t, s, func(q store.Q) ([]headway.Event, error) { return q.Events(s.ctx, s.p.ID, 0, 10) })
		if len(events) != 1 || events[0].Kind != CandidateShelved || events[0].ActorKind != headway.ActorToken {
			t.Errorf("events: %+v", events)
		}
	})
}

func TestShelveTwiceChangesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "one")
		first := s.shelve(t, in)
		in.Version, in.Artifacts[0].Size = "v2.0.0", 99 // what a client says of the size does not count
		again := s.shelve(t, in)
		if again.Created || again.Candidate.ID != first.Candidate.ID || len(again.Items) != 0 {
			t.Errorf("%+v", again)
		}
		if n := read(t, s, func(q store.Q) (int64, error) { return q.LastEvent(s.ctx) }); n != 1 {
			t.Errorf("%d events", n)
		}
		s.shelve(t, s.candidate(t, "two"))
		if late := s.shelve(t, in); late.Created || late.Candidate.RC != 1 {
			t.Errorf("a repeated job of the first candidate made %+v", late.Candidate)
		}
	})
}

func TestShelvedAtTheSameTimeGetNumbersInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		const n = 6
		ins := make([]ShelveCandidate, n)
		for i := range ins {
			ins[i] = s.candidate(t, strings.Repeat("x", i/2+1)) // each content twice
		}
		var wg sync.WaitGroup
		errs := make([]error, n)
		for i := range ins {
			wg.Go(func() { _, errs[i] = s.ShelveCandidate(s.ctx, s.ci, "shop", ins[i]) })
		}
		wg.Wait()
		for _, err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		r := read(t, s, func(q store.Q) (headway.Release, error) {
			team, err := q.TeamByKey(s.ctx, s.p.ID, "web")
			if err != nil {
				return headway.Release{}, err
			}
			return q.ReleaseByVersion(s.ctx, s.p.ID, team.ID, "", "2.0.0")
		})
		all := read(t, s, func(q store.Q) ([]headway.Candidate, error) { return q.CandidatesOf(s.ctx, s.p.ID, r.ID) })
		if len(all) != 3 || all[0].RC != 3 || all[0].State != headway.CandidateShelved {
			t.Fatalf("%d candidates of 3 contents: %+v", len(all), all)
		}
		for i, c := range all[1:] {
			if c.State != headway.CandidateSuperseded || all[i].Supersedes != c.ID {
				t.Errorf("lineage is broken at %s: %s, %s", c.Name, c.State, all[i].Supersedes)
			}
		}
		if items := s.items(t, r.ID); len(items) != len(shelfBook) {
			t.Errorf("%d items count", len(items))
		}
	})
}

func TestReshelveKeepsWhatStands(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		before := s.items(t, first.Release.ID)
		s.finish(t, before["install"], headway.Pass)
		s.finish(t, before["migrate"], headway.Pass)
		s.finish(t, before["load"], headway.Pass)
		s.move(t, before["regression"], headway.ItemDoing)
		s.clock.Advance(2 * time.Hour)

		in := s.candidate(t, "two")
		in.Preview, in.Reason = true, "the cart lost items"
		preview, err := s.ShelveCandidate(s.ctx, s.ci, "shop", in)
		if err != nil {
			t.Fatal(err)
		}
		if n := read(t, s, func(q store.Q) ([]headway.Candidate, error) { return q.CandidatesOf(s.ctx, s.p.ID, first.Release.ID) }); len(n) != 1 {
			t.Fatal("a preview has stored a candidate")
		}
		in.Preview = false
		second := s.shelve(t, in)
		fates := func(s Shelved) map[string]headway.ItemFate {
			out := map[string]headway.ItemFate{}
			for _, i := range s.Items {
				if _, ok := out[i.Item.Activity]; !ok {
					out[i.Item.Activity] = i.Fate
				}
			}
			return out
		}
		want := map[string]headway.ItemFate{
			"install": headway.ItemAdded, "migrate": headway.ItemStands, "load": headway.ItemStands,
			"regression": headway.ItemAdded, "decide": headway.ItemRebound, "deploy": headway.ItemRebound,
		}
		for key, fate := range want {
			if got := fates(second)[key]; got != fate {
				t.Errorf("%s is %s, wanted %s", key, got, fate)
			}
			if got := fates(preview)[key]; got != fate {
				t.Errorf("the preview said %s of %s, wanted %s", got, key, fate)
			}
		}
		after := s.items(t, first.Release.ID)
		if after["install"].ID == before["install"].ID || after["install"].State != headway.ItemTodo {
			t.Error("the installation is not to be done again")
		}
		if after["migrate"].ID != before["migrate"].ID || after["migrate"].State != headway.ItemDone {
			t.Error("the migration was lost although it stands")
		}
		begun := read(t, s, func(q store.Q) (headway.BacklogItem, error) {
			return q.BacklogItem(s.ctx, s.p.ID, before["regression"].ID)
		})
		if begun.State != headway.ItemDropped || begun.Spent != 2*time.Hour {
			t.Errorf("the interrupted regression: %s after %s", begun.State, begun.Spent)
		}
		if after["decide"].After[0] != after["regression"].ID {
			t.Error("the go/no-go waits for the interrupted regression")
		}
		if second.Superseded == nil || second.Superseded.ID != first.Candidate.ID || second.Candidate.Name != "2.0.0-rc.2" {
			t.Errorf("%+v", second.Candidate)
		}
		if _, err := s.MoveItem(s.ctx, s.ops, "shop", MoveItem{ID: before["regression"].ID, To: headway.ItemDoing, Version: begun.Version}); headway.KindOf(err) != headway.Conflict {
			t.Errorf("work went on for the superseded candidate: %v", err)
		}
	})
}

func TestShelveUnknownVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "one")
		in.Version = "2.0.1"
		out := s.shelve(t, in)
		if !out.NewRelease || out.Release.SprintID == "" || !out.Release.SprintEnd.After(s.clock.Now()) {
			t.Errorf("%+v is not attached to the current sprint", out.Release)
		}
		in.Version, in.Hotfix = "2.0.2", true
		hot := s.shelve(t, in)
		if !hot.Release.Hotfix || !hot.Release.SprintEnd.Equal(s.clock.Now()) {
			t.Errorf("%+v", hot.Release)
		}
		if a, b := s.items(t, hot.Release.ID)["deploy"].Rank, s.items(t, out.Release.ID)["install"].Rank; a >= b {
			t.Errorf("the hot-fix stands behind: %d, %d", a, b)
		}
	})
}

func TestShelveVoidsDecisions(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		d := headway.Decision{ID: s.newID(), ProgrammeID: s.p.ID, ReleaseID: first.Release.ID, CandidateID: first.Candidate.ID, State: headway.DecisionGo, Snapshot: []byte("{}"), OpenedAt: s.clock.Now()}
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			approved := first.Release
			approved.State = headway.ReleaseApproved
			if _, err := tx.SaveRelease(s.ctx, approved, headway.ReleaseShelved); err != nil {
				return err
			}
			return tx.AddDecision(s.ctx, d)
		})
		if err != nil {
			t.Fatal(err)
		}
		second := s.shelve(t, s.candidate(t, "two"))
		if len(second.Voided) != 1 || second.Release.State != headway.ReleaseShelved {
			t.Errorf("%v, %s", second.Voided, second.Release.State)
		}
		got := read(t, s, func(q store.Q) (headway.Decision, error) { return q.Decision(s.ctx, s.p.ID, d.ID) })
		if got.State != headway.DecisionVoid {
			t.Errorf("the go for the candidate before is %s", got.State)
		}
	})
}

func TestShelveRefuses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		good := s.candidate(t, "one")
		tests := []struct {
			name string
			kind headway.Kind
			edit func(*ShelveCandidate)
		}{
			{"no artifact", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts = nil }},
			{"a path as name", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts[0].Name = "../web.war" }},
			{"a name that hides its end", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts[0].Name = "web\u202efdp.exe" }},
			{"a name with an escape sequence", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts[0].Name = "\x1b[2Jweb.war" }},
			{"an artifact that was not handed in", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts[0].SHA256 = strings.Repeat("0", 64) }},
			{"no digest", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts[0].SHA256 = "abc" }},
			{"two of a name", headway.Invalid, func(c *ShelveCandidate) { c.Artifacts = append(c.Artifacts, c.Artifacts[0]) }},
			{"notes with U+0000", headway.Invalid, func(c *ShelveCandidate) { c.Notes = "a\x00b" }},
			{"notes that are not UTF-8", headway.Invalid, func(c *ShelveCandidate) { c.Notes = "a\xff" }},
			{"notes without end", headway.TooLarge, func(c *ShelveCandidate) { c.Notes = strings.Repeat("a", 256<<10+1) }},
			{"no version", headway.Invalid, func(c *ShelveCandidate) { c.Version = "two" }},
			{"a candidate as version", headway.Invalid, func(c *ShelveCandidate) { c.Version = "2.0.0-rc.1" }},
			{"unknown team", headway.NotFound, func(c *ShelveCandidate) { c.Team = "nobody" }},
			{"operations team", headway.Invalid, func(c *ShelveCandidate) { c.Team = "ops" }},
			{"a fact that is no number", headway.Invalid, func(c *ShelveCandidate) { c.Facts = headway.Facts{"data-gb": "many", "schema-migration": "true"} }},
			{"a fact beyond measure", headway.Invalid, func(c *ShelveCandidate) { c.Facts = headway.Facts{"data-gb": "1e9", "schema-migration": "true"} }},
			{"fixes nothing known", headway.Invalid, func(c *ShelveCandidate) { c.Fixes = []string{"D-7"} }},
			{"fixes something else", headway.Invalid, func(c *ShelveCandidate) { c.Fixes = []string{"JIRA-7"} }},
		}
		for _, tt := range tests {
			in := good
			in.Artifacts = slices.Clone(good.Artifacts)
			tt.edit(&in)
			_, err := s.ShelveCandidate(s.ctx, s.ci, "shop", in)
			wantKind(t, tt.name, err, tt.kind)
		}
		noScope := s.ci
		noScope.Scopes = []headway.Action{headway.ViewProgramme}
		for _, who := range []struct {
			name  string
			actor headway.Actor
			kind  headway.Kind
		}{{"viewer", s.viewer, headway.Forbidden}, {"operations", s.ops, headway.Forbidden}, {"token without scope", noScope, headway.Forbidden}, {"another programme's", s.other, headway.NotFound}} {
			_, err := s.ShelveCandidate(s.ctx, who.actor, "shop", good)
			wantKind(t, who.name, err, who.kind)
			_, err = s.PutArtifact(s.ctx, who.actor, "shop", good.Artifacts[0].SHA256, strings.NewReader("one"))
			wantKind(t, who.name+" hands in", err, who.kind)
		}
		if n := read(t, s, func(q store.Q) (int64, error) { return q.LastEvent(s.ctx) }); n != 0 {
			t.Errorf("%d events of refused candidates", n)
		}
	})
}

// TestDigestGivesNoAccess: to know the digest of another programme's file is not to have it.
func TestDigestGivesNoAccess(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "secret of the shop")
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			bank, err := tx.ProgrammeByKey(s.ctx, "bank")
			if err != nil {
				return err
			}
			if err := tx.PutTeam(s.ctx, headway.Team{ID: s.newID(), ProgrammeID: bank.ID, Key: "web", Name: "Web", Kind: headway.DevelopmentTeam, Priority: 5}); err != nil {
				return err
			}
			_, _, err = tx.AddPlaybook(s.ctx, headway.Playbook{ID: s.newID(), ProgrammeID: bank.ID, Activities: shelfBook[:1]})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.ShelveCandidate(s.ctx, s.other, "bank", in)
		wantKind(t, "shelving another programme's file", err, headway.Invalid)
	})
}

func TestShelveClosedRelease(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		in := s.candidate(t, "one")
		first := s.shelve(t, in)
		for _, state := range []headway.ReleaseState{headway.ReleaseDeploying, headway.ReleaseLive, headway.ReleaseClosed, headway.ReleaseWithdrawn} {
			err := s.store.Write(s.ctx, func(tx *store.Tx) error {
				r, err := tx.Release(s.ctx, s.p.ID, first.Release.ID)
				if err != nil {
					return err
				}
				from := r.State
				r.State = state
				_, err = tx.SaveRelease(s.ctx, r, from)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.ShelveCandidate(s.ctx, s.ci, "shop", s.candidate(t, "after "+string(state)))
			wantKind(t, string(state), err, headway.Conflict)
			if again := s.shelve(t, in); again.Created {
				t.Errorf("%s: the same content was shelved again", state)
			}
		}
	})
}
