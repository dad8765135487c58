package app

import (
	"io"
	"strings"
	"testing"

	"headway"
	"headway/internal/store"
)

func TestAPersonWorksATestCycle(t *testing.T) {
	onBoth(t, func(t *testing.T, s *shelf) {
		err := s.store.Write(s.ctx, func(tx *store.Tx) error {
			return addCriteria(s.ctx, tx, s.p.ID, headway.Criterion{Key: "manual", Title: "Manual tests", Kind: headway.CriterionManual})
		})
		if err != nil {
			t.Fatal(err)
		}
		shelved := s.shelve(t, s.candidate(t, "one"))
		open := OpenCycle{Team: "web", Version: "2.0.0", Title: "By hand", FileName: "m.csv"}
		csv := "title,steps,expected\nPay,Press pay,It is paid\nPrint,Press print,It prints\n"
		for name, tt := range map[string]struct {
			by      headway.Actor
			kind    headway.Kind
			content string
			edit    func(*OpenCycle)
		}{
			"no title":        {s.ops, headway.Invalid, csv, func(o *OpenCycle) { o.Title = "" }},
			"no cases":        {s.ops, headway.Invalid, "title\n", func(*OpenCycle) {}},
			"no version":      {s.ops, headway.NotFound, csv, func(o *OpenCycle) { o.Version = "9.0.0" }},
			"a viewer":        {s.viewer, headway.Forbidden, csv, func(*OpenCycle) {}},
			"other programme": {s.other, headway.NotFound, csv, func(*OpenCycle) {}},
		} {
			in := open
			in.Content = strings.NewReader(tt.content)
			tt.edit(&in)
			_, err := s.OpenCycle(s.ctx, tt.by, "shop", in)
			wantKind(t, name, err, tt.kind)
		}
		open.Content = strings.NewReader(csv)
		v, err := s.OpenCycle(s.ctx, s.ops, "shop", open)
		if err != nil || len(v.Cases) != 2 || v.Candidate.ID != shelved.Candidate.ID {
			t.Fatalf("%d cases, %v", len(v.Cases), err)
		}
		record := func(n int, o headway.ManualOutcome, note string) error {
			_, err := s.RecordCase(s.ctx, s.ops, "shop", RecordCase{Cycle: v.Cycle.ID, Number: n, Outcome: o, Note: note})
			return err
		}
		wantKind(t, "a failure without a note", record(1, headway.ManualFailed, ""), headway.Invalid)
		wantKind(t, "no such case", record(3, headway.ManualPassed, ""), headway.NotFound)
		wantKind(t, "no outcome", record(1, "perfect", ""), headway.Invalid)
		if err := record(1, headway.ManualPassed, ""); err != nil {
			t.Fatal(err)
		}
		_, err = s.RecordCase(s.ctx, s.ops, "shop", RecordCase{Cycle: v.Cycle.ID, Number: 1, Outcome: headway.ManualPassed, Version: 1})
		wantKind(t, "an old view of the case", err, headway.Conflict)
		// People and machines are one verdict: the run passes, the cycle waits.
		run := s.report(t, AddEvidence{FileName: "one.xml"}, junit(3))
		if run.Evidence.Outcome != headway.Waiting || len(run.Verdicts) != 2 || !strings.Contains(run.Verdicts[1].Reason, "1 of 2 manual cases are still to be worked") {
			t.Errorf("%s: %+v", run.Evidence.Outcome, run.Verdicts)
		}
		k, err := s.AttachToCase(s.ctx, s.ops, "shop", v.Cycle.ID, 2, "page.png", strings.NewReader("pixels"))
		if err != nil || len(k.Attachments) != 1 || k.Outcome != headway.ManualOpen {
			t.Fatalf("%+v, %v", k, err)
		}
		for name, tt := range map[string]struct {
			by            headway.Actor
			number        int
			file, content string
			kind          headway.Kind
		}{
			"another of the name": {s.ops, 2, "page.png", "others", headway.Conflict},
			"an empty file":       {s.ops, 2, "empty.png", "", headway.Invalid},
			"a path":              {s.ops, 2, "../page.png", "pixels", headway.Invalid},
			"no such case":        {s.ops, 9, "page.png", "pixels", headway.NotFound},
			"a viewer":            {s.viewer, 2, "v.png", "pixels", headway.Forbidden},
			"other programme":     {s.other, 2, "v.png", "pixels", headway.NotFound},
		} {
			_, err := s.AttachToCase(s.ctx, tt.by, "shop", v.Cycle.ID, tt.number, tt.file, strings.NewReader(tt.content))
			wantKind(t, name, err, tt.kind)
		}
		if k, err = s.RecordCase(s.ctx, s.ops, "shop", RecordCase{Cycle: v.Cycle.ID, Number: 2, Outcome: headway.ManualFailed, Note: "it is blank"}); err != nil || len(k.Attachments) != 1 {
			t.Fatalf("%+v, %v", k, err)
		}
		if again := s.report(t, AddEvidence{FileName: "one.xml"}, junit(3)); headway.GateOutcome(again.Verdicts) != headway.Fail {
			t.Errorf("a failed manual case: %+v", again.Verdicts)
		}
		if removed, err := s.SweepFiles(s.ctx); err != nil || removed != 0 {
			t.Errorf("%d swept, %v", removed, err)
		}
		_, r, err := s.CaseAttachment(s.ctx, s.viewer, "shop", v.Cycle.ID, 2, "page.png")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		if b, err := io.ReadAll(r); err != nil || string(b) != "pixels" {
			t.Errorf("%q, %v", b, err)
		}
		if story, err := s.CycleStoryView(s.ctx, s.viewer, "shop", v.Cycle.ID); err != nil || story.Cycle.Counts[headway.ManualFailed] != 1 {
			t.Errorf("%+v, %v", story.Cycle, err)
		}
		if _, err := s.CycleStoryView(s.ctx, s.other, "shop", v.Cycle.ID); headway.KindOf(err) != headway.NotFound {
			t.Errorf("from elsewhere: %v", err)
		}
		if list, err := s.EvidenceListView(s.ctx, s.viewer, "shop", headway.RegressionRun); err != nil || len(list.Evidence) != 1 || len(list.Cycles) != 1 || list.Cycles[0].Cases() != 2 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
