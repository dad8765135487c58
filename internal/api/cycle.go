package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newCycleIn struct {
	InProgramme
	Stream
	Team      string `query:"team" required:"true" doc:"Key of the team whose candidate it is"`
	Version   string `query:"version" doc:"Its newest candidate"`
	Candidate string `query:"candidate" doc:"As 2.4.0-rc.1, in place of the version"`
	Title     string `query:"title" required:"true" doc:"Of the cycle"`
	Name      string `query:"name" required:"true" doc:"Name of the file"`
}

// InCycle is embedded in the input of operations about one test cycle; it is exported because huma fills only exported fields.
type InCycle struct {
	InProgramme
	Cycle string `path:"cycle" doc:"Id"`
}

type cycleOut struct{ Body client.Cycle }

type cyclesOut struct{ Body client.CycleList }

type cycleCaseIn struct {
	InCycle
	Number int `path:"number" minimum:"1"`
	Body   client.CycleResult
}

type cycleCaseOut struct{ Body client.CycleCase }

func (r *room) cycles() {
	tags := []string{"Manual tests"}
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "open-cycle", Method: http.MethodPost, Path: "/programmes/{programme}/cycles", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Open a test cycle on a candidate from manual cases in CSV", Errors: []int{http.StatusConflict},
		RequestBody: streamBody("text/csv", "Manual cases: title, steps, expected result, component, key in any order"),
	}, func(ctx context.Context, by headway.Actor, in *newCycleIn) (*cycleOut, error) {
		v, err := r.app.OpenCycle(ctx, by, in.Programme, app.OpenCycle{Team: in.Team, Version: in.Version, Candidate: in.Candidate, Title: in.Title, FileName: in.Name, Content: in.Content})
		return &cycleOut{cycleFrom(v)}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-cycles", Method: http.MethodGet, Path: "/programmes/{programme}/cycles", Tags: tags,
		Summary: "List the newest test cycles, without their cases",
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*cyclesOut, error) {
		v, err := r.app.EvidenceListView(ctx, by, in.Programme, "")
		out := client.CycleList{Cycles: []client.Cycle{}}
		for _, c := range v.Cycles {
			out.Cycles = append(out.Cycles, cycleFrom(app.CycleStory{Cycle: c, Candidate: v.Candidates[c.CandidateID]}))
		}
		return &cyclesOut{out}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-cycle", Method: http.MethodGet, Path: "/programmes/{programme}/cycles/{cycle}", Tags: tags,
		Summary: "Show a test cycle",
	}, func(ctx context.Context, by headway.Actor, in *InCycle) (*cycleOut, error) {
		v, err := r.app.CycleStoryView(ctx, by, in.Programme, in.Cycle)
		return &cycleOut{cycleFrom(v)}, err
	})
	register(r, headway.WorkBacklog, huma.Operation{
		OperationID: "record-case", Method: http.MethodPut, Path: "/programmes/{programme}/cycles/{cycle}/cases/{number}", Tags: tags,
		Summary: "Tell what a person found of a manual case", Errors: []int{http.StatusConflict},
	}, func(ctx context.Context, by headway.Actor, in *cycleCaseIn) (*cycleCaseOut, error) {
		outcome := headway.ManualOutcome(in.Body.Outcome)
		if outcome == "open" {
			outcome = headway.ManualOpen
		}
		k, err := r.app.RecordCase(ctx, by, in.Programme, app.RecordCase{Cycle: in.Cycle, Number: in.Number, Outcome: outcome, Note: in.Body.Note})
		return &cycleCaseOut{cycleCaseFrom(k)}, err
	})
}

func cycleFrom(v app.CycleStory) client.Cycle {
	out := client.Cycle{ID: v.Cycle.ID, Candidate: v.Candidate.Name, Title: v.Cycle.Title, Counts: map[string]int{}, Cases: []client.CycleCase{}, Notes: orEmpty(v.Notes)}
	for o, n := range v.Cycle.Counts {
		out.Counts[outcomeName(o)] = n
	}
	for _, k := range v.Cases {
		out.Cases = append(out.Cases, cycleCaseFrom(k))
	}
	return out
}

func outcomeName(o headway.ManualOutcome) string {
	if o == headway.ManualOpen {
		return "open"
	}
	return string(o)
}

func cycleCaseFrom(k headway.CycleCase) client.CycleCase {
	out := client.CycleCase{
		Number: k.Number, Key: k.Key, Title: k.Title, Component: k.Component, Precondition: k.Precondition, Priority: k.Priority, Steps: []client.CycleStep{},
		Outcome: outcomeName(k.Outcome), Note: k.Note, Attachments: []client.Attachment{}, By: k.ByName, At: k.At,
	}
	for _, s := range k.Steps {
		out.Steps = append(out.Steps, client.CycleStep{Action: s.Action, Expected: s.Expected})
	}
	for _, f := range k.Attachments {
		out.Attachments = append(out.Attachments, client.Attachment{Name: f.Name, SHA256: f.SHA256, Size: f.Size})
	}
	return out
}
