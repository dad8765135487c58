package headway

import (
	"testing"
	"time"
)

func TestTheLifeOfAnIncident(t *testing.T) {
	live := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	now := live.Add(3 * time.Hour)
	r := Release{Version: "2.0.0", State: ReleaseLive, LiveAt: live}
	good := Incident{Number: 3, Title: "No payments", Severity: Blocker, State: IncidentOpen, StartedAt: live.Add(time.Hour)}
	if err := good.Check(r, now); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		edit func(*Incident, *Release)
		kind Kind
	}{
		"no title":         {func(i *Incident, _ *Release) { i.Title = "" }, Invalid},
		"no severity":      {func(i *Incident, _ *Release) { i.Severity = "bad" }, Invalid},
		"in the future":    {func(i *Incident, _ *Release) { i.StartedAt = now.Add(time.Second) }, Invalid},
		"before it":        {func(i *Incident, _ *Release) { i.StartedAt = live.Add(-time.Second) }, Invalid},
		"never live":       {func(_ *Incident, r *Release) { r.State, r.LiveAt = ReleaseProving, time.Time{} }, Conflict},
		"a steering title": {func(i *Incident, _ *Release) { i.Title = "\x1b[2J" }, Invalid},
	} {
		i, r := good, r
		c.edit(&i, &r)
		if err := i.Check(r, now); KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := good.Closed("found out", now); KindOf(err) != Conflict {
		t.Errorf("closed while it hurts: %v", err)
	}
	for _, at := range []time.Time{now.Add(time.Minute), live} {
		if _, err := good.Mitigated("rolled back", at, now); KindOf(err) != Invalid {
			t.Errorf("mitigated at %v: %v", at, err)
		}
	}
	if _, err := good.Mitigated(" ", now, now); KindOf(err) != Invalid {
		t.Errorf("mitigated by nothing: %v", err)
	}
	m, err := good.Mitigated("rolled back", live.Add(90*time.Minute), now)
	if err != nil || m.Lasted(now) != 30*time.Minute || good.Lasted(now) != 2*time.Hour {
		t.Errorf("%v, %v, %v", m.Lasted(now), good.Lasted(now), err)
	}
	if _, err := m.Mitigated("again", now, now); KindOf(err) != Conflict {
		t.Errorf("mitigated twice: %v", err)
	}
	closed, err := m.Closed("a lock was held", now)
	if err != nil || closed.State != IncidentClosed {
		t.Errorf("%+v, %v", closed, err)
	}
	if _, err := closed.Closed("again", now); KindOf(err) != Conflict {
		t.Errorf("closed twice: %v", err)
	}
}
