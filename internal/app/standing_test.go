package app

import (
	"strings"
	"testing"

	"headway"
)

// TestReshelvingSaysWhatStands looks at the preview, the gate and the backlog.
func TestReshelvingSaysWhatStands(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		first := s.shelve(t, s.candidate(t, "one"))
		s.report(t, AddEvidence{FileName: "load.jtl"}, load(100, 50))
		s.report(t, AddEvidence{FileName: "one.xml"}, junit(3))
		second := s.shelve(t, s.candidate(t, "two"))
		if len(second.Stands) != 1 || second.Stands[0].Key != "load" || !strings.Contains(second.Why["load"], "that of 2.0.0-rc.1 stands") {
			t.Errorf("%+v, %v", second.Stands, second.Why)
		}
		if !strings.Contains(second.Why["regression"], "does not stand: the playbook wants it done again for every fix") {
			t.Errorf("%v", second.Why)
		}
		if v := s.verdict(t, first.Release.ID, "load"); v.Outcome != headway.Pass || !strings.Contains(v.Reason, "that of 2.0.0-rc.1 stands") {
			t.Errorf("%+v", v)
		}
		if v := s.verdict(t, first.Release.ID, "regression"); v.Outcome != headway.Waiting || !strings.Contains(v.Reason, "that of 2.0.0-rc.1 does not stand") {
			t.Errorf("%+v", v)
		}
	})
}
