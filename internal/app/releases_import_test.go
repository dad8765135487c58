package app

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"headway"
	"headway/internal/store"
	"headway/internal/testkit"
)

const historyCSV = `series,team,deliverable,model,version,released_at
xena,nova,nova,cycle-with-rc,24.0.0.0rc1,2021-09-16T12:00:00+00:00
xena,nova,nova,cycle-with-rc,24.0.0.0rc2,2021-09-24T12:00:00+02:00
xena,nova,nova,cycle-with-rc,24.0.0,2021-10-06T10:00:00+00:00
xena,Puppet OpenStack,puppet-nova,cycle-with-intermediary,19.3.0,2021-09-20T08:00:00+00:00
xena,nova,nova,cycle-with-rc,xena-em,2023-04-20T08:00:00+00:00
xena,nova,nova,cycle-with-rc,24.0.0.0b1,2021-07-20T08:00:00+00:00
yoga,nova,nova,cycle-with-rc,25.0.0.0rc1,2022-03-10T12:00:00+00:00
`

func (w *setupWorld) importCSV(text string) (ImportSummary, error) {
	w.t.Helper()
	return w.app.ImportReleases(context.Background(), w.admin, ImportReleases{Programme: "atlas", Name: "releases.csv", Content: strings.NewReader(text)})
}

func (w *setupWorld) history(team, component, version string) (r headway.Release, cs []headway.Candidate) {
	w.t.Helper()
	w.read(func(q store.Q) error {
		t, err := q.TeamByKey(context.Background(), w.p.ID, team)
		if err != nil {
			return err
		}
		if r, err = q.ReleaseByVersion(context.Background(), w.p.ID, t.ID, component, version); err != nil {
			return err
		}
		cs, err = q.CandidatesOf(context.Background(), w.p.ID, r.ID)
		return err
	})
	return r, cs
}

func TestImportReleasesOnceWithGaps(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		w := newSetupWorld(t, db)
		sum, err := w.importCSV(historyCSV)
		if err != nil {
			t.Fatal(err)
		}
		if sum.Rows != 7 || sum.Teams != 2 || sum.Releases != 3 || sum.Candidates != 3 || sum.Gaps != 1 || sum.Betas != 1 || sum.Tags != 1 {
			t.Errorf("%+v", sum)
		}
		r, cs := w.history("nova", "nova", "24.0.0")
		if r.State != headway.ReleaseClosed || !r.SprintEnd.Equal(testkit.Date("2021-09-16T12:00:00Z")) || !r.LiveAt.Equal(testkit.Date("2021-10-06T10:00:00Z")) || r.Series != "xena" {
			t.Errorf("%+v", r)
		}
		if len(cs) != 2 || cs[0].Name != "24.0.0-rc.2" || cs[0].State != headway.CandidateReleased || cs[1].State != headway.CandidateSuperseded || cs[0].Supersedes != cs[1].ID {
			t.Errorf("%+v", cs)
		}
		if r, cs := w.history("puppet-openstack", "puppet-nova", "19.3.0"); r.State != headway.ReleaseClosed || !r.SprintEnd.IsZero() || len(cs) != 0 {
			t.Errorf("without a candidate: %+v, %v", r, cs)
		}
		if r, cs := w.history("nova", "nova", "25.0.0"); r.State != headway.ReleaseShelved || cs[0].State != headway.CandidateShelved {
			t.Errorf("not in production yet: %+v, %v", r, cs)
		}
		again, err := w.importCSV(historyCSV)
		if err != nil || !again.Again || again.Releases != 3 {
			t.Errorf("the second time: %+v, %v", again, err)
		}
		more, err := w.importCSV(historyCSV + "yoga,nova,nova,cycle-with-rc,25.0.0,2022-03-30T10:00:00+00:00\n")
		if err != nil || more.Releases != 0 || more.Completed != 1 || more.Teams != 0 || more.Candidates != 0 || more.Gaps != 1 {
			t.Errorf("a longer file: %+v, %v", more, err)
		}
		if r, cs := w.history("nova", "nova", "25.0.0"); r.State != headway.ReleaseClosed || cs[0].State != headway.CandidateReleased {
			t.Errorf("%+v, %v", r, cs)
		}
	})
}

func TestImportReleasesRefusesAFileAsAWhole(t *testing.T) {
	w := newSetupWorld(t, testkit.Database{Dir: t.TempDir()})
	for name, row := range map[string]string{
		"a bad time":   "xena,nova,nova,m,24.1.0,yesterday\n",
		"short":        "xena,nova,nova\n",
		"no version":   "xena,nova,nova,m,,2021-10-06T10:00:00+00:00\n",
		"bad encoding": "xena,nova,n\xffva,m,24.1.0,2021-10-06T10:00:00+00:00\n",
	} {
		_, err := w.importCSV(historyCSV + row)
		var e *headway.Error
		if !errors.As(err, &e) || e.Kind != headway.Invalid || !strings.HasPrefix(e.Where, "releases.csv:9") {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.read(func(q store.Q) error {
		n, err := q.CountReleases(context.Background(), w.p.ID, store.ReleaseFilter{})
		if n != 0 {
			t.Errorf("%d releases were half-stored", n)
		}
		return err
	})
	rm := headway.Actor{Kind: headway.ActorPerson, UserID: "dev", Roles: map[string][]headway.Role{w.p.ID: {headway.Developer}}}
	if _, err := w.app.ImportReleases(context.Background(), rm, ImportReleases{Programme: "atlas", Content: strings.NewReader(historyCSV)}); headway.KindOf(err) != headway.Forbidden {
		t.Errorf("a developer imported: %v", err)
	}
}

// openstack opens the real history, or skips the test.
func openstack(t testing.TB) *os.File {
	t.Helper()
	f, err := os.Open("../../../shared/data/openstack/releases.csv")
	if err != nil {
		t.Skip("the real release history is not here: ", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestImportTakesARealHistoryAndGoesOnWhereItWasCut(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db testkit.Database) {
		f := openstack(t)
		w := newSetupWorld(t, db)
		ctx, cut := context.WithCancel(context.Background())
		defer cut()
		in := ImportReleases{Programme: "atlas", Name: "releases.csv", Content: f, Progress: func(p ImportProgress) {
			if p.RowsDone >= 3000 {
				cut()
			}
		}}
		if _, err := w.app.ImportReleases(ctx, w.admin, in); headway.KindOf(err) != headway.Unavailable {
			t.Fatalf("the import was not cut: %v", err)
		}
		if _, err := f.Seek(0, 0); err != nil {
			t.Fatal(err)
		}
		var seen []ImportProgress
		in.Progress = func(p ImportProgress) { seen = append(seen, p) }
		start := time.Now()
		sum, err := w.app.ImportReleases(context.Background(), w.admin, in)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%+v, the rest in %s", sum, time.Since(start))
		if sum.Rows != 11501 || sum.Teams != 52 || sum.Releases != 6234 || sum.Gaps != 567 || sum.Candidates != 741 || sum.Resumed < 3000 {
			t.Errorf("%+v", sum)
		}
		if len(seen) == 0 || seen[len(seen)-1].RowsDone != sum.Rows {
			t.Errorf("%v", seen)
		}
		w.read(func(q store.Q) error {
			n, err := q.CountReleases(context.Background(), w.p.ID, store.ReleaseFilter{})
			if n != 6234 {
				t.Errorf("%d releases are stored", n)
			}
			return err
		})
	})
}
