package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type reportIn struct {
	InProgramme
	Stream
	Team        string  `query:"team" required:"true" doc:"Key of the team whose candidate it is"`
	Version     string  `query:"version" doc:"Its newest candidate"`
	Candidate   string  `query:"candidate" doc:"As 2.4.0-rc.1, in place of the version"`
	Environment string  `query:"environment" doc:"Key of where it ran"`
	DataGB      float64 `query:"data_gb" doc:"Of a load run: volume of the data that it ran on"`
	Profile     string  `query:"profile" doc:"Of a load run: name of the load profile, as 200-users"`
	Name        string  `query:"name" required:"true" doc:"Name of the file"`
}

type evidenceListIn struct {
	InProgramme
	Kind string `query:"kind" enum:"regression,load,sbom,vulnerabilities,coverage" doc:"Only this kind"`
}

type evidenceListOut struct{ Body client.EvidenceList }

type judgedOut struct {
	Status int
	Body   client.Judged
}

type evidenceFileIn struct {
	InProgramme
	Evidence string `path:"evidence" doc:"Id of the evidence"`
}

type newWaiverIn struct {
	InProgramme
	Body client.NewWaiver
}

type waiverOut struct{ Body client.Waiver }

func (r *room) evidence() {
	tags := []string{"Evidence"}
	register(r, headway.AddEvidence, huma.Operation{
		OperationID: "add-evidence", Method: http.MethodPost, Path: "/programmes/{programme}/evidence", Tags: tags,
		Summary:     "Hand in a report about a candidate, and get the verdict",
		Description: "The kind is told by content: JUnit XML and other test reports, JMeter, k6 and other load results, or a zip of several. What failed opens defects.",
		RequestBody: streamBody("application/octet-stream", "The report, up to 1 GiB"),
		Responses:   map[string]*huma.Response{"200": {Description: "The same file was handed in before"}, "201": {Description: "The report was taken in"}},
	}, func(ctx context.Context, by headway.Actor, in *reportIn) (*judgedOut, error) {
		out, err := r.app.AddEvidence(ctx, by, in.Programme, app.AddEvidence{
			Team: in.Team, Version: in.Version, Candidate: in.Candidate, Environment: in.Environment,
			Conditions: headway.RunConditions{DataGB: in.DataGB, Profile: in.Profile}, FileName: in.Name, Content: in.Content,
		})
		if err != nil {
			return nil, err
		}
		status := http.StatusOK
		if out.Created {
			status = http.StatusCreated
		}
		return &judgedOut{status, judgedFrom(out)}, nil
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-evidence", Method: http.MethodGet, Path: "/programmes/{programme}/evidence", Tags: tags,
		Summary: "List the newest evidence", Description: "Sixty at most, without cases, components and attachments.",
	}, func(ctx context.Context, by headway.Actor, in *evidenceListIn) (*evidenceListOut, error) {
		v, err := r.app.EvidenceListView(ctx, by, in.Programme, headway.EvidenceKind(in.Kind))
		out := client.EvidenceList{Evidence: []client.Evidence{}}
		for _, e := range v.Evidence {
			one := evidenceFrom(e)
			one.Candidate = v.Candidates[e.CandidateID].Name
			out.Evidence = append(out.Evidence, one)
		}
		return &evidenceListOut{out}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-evidence-file", Method: http.MethodGet, Path: "/programmes/{programme}/evidence/{evidence}/file", Tags: tags,
		Summary: "Download the file that a piece of evidence was read from",
	}, func(ctx context.Context, by headway.Actor, in *evidenceFileIn) (*huma.StreamResponse, error) {
		e, content, err := r.app.EvidenceFile(ctx, by, in.Programme, in.Evidence)
		if err != nil {
			return nil, err
		}
		return attachment(e.FileName, e.SHA256, e.Size, content), nil
	})
	register(r, headway.WaiveCriterion, huma.Operation{
		OperationID: "waive-criterion", Method: http.MethodPost, Path: "/programmes/{programme}/waivers", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Lift a criterion of the gate for one candidate",
	}, func(ctx context.Context, by headway.Actor, in *newWaiverIn) (*waiverOut, error) {
		b := in.Body
		w, err := r.app.WaiveCriterion(ctx, by, in.Programme, app.WaiveCriterion{
			Team: b.Team, Version: b.Version, Candidate: b.Candidate, Criterion: b.Criterion, Role: headway.Role(b.Role), Reason: b.Reason, Expires: b.Expires, Freezes: b.Freezes,
		})
		return &waiverOut{client.Waiver{
			ID: w.ID, CandidateID: w.CandidateID, Criterion: w.Criterion, Freezes: w.Freezes, Role: string(w.Role), By: w.ByName, Reason: w.Reason, At: w.At, Expires: w.ExpiresAt,
		}}, err
	})
}

func judgedFrom(j app.Judged) client.Judged {
	out := client.Judged{
		Created: j.Created, Outcome: string(headway.GateOutcome(j.Verdicts)), Release: releaseFrom(j.Release, j.Team.Key), Candidate: j.Candidate.Name,
		Evidence: evidenceFrom(j.Evidence), Verdicts: verdictsFrom(j.Verdicts), Opened: []client.Defect{}, Joined: []client.Defect{}, Voided: orEmpty(j.Voided),
	}
	for _, list := range []struct {
		from []headway.Defect
		to   *[]client.Defect
	}{{j.Opened, &out.Opened}, {j.Joined, &out.Joined}} {
		for _, d := range list.from {
			c := defectFrom(d)
			c.Team, c.Release, c.Candidate = cmp.Or(j.TeamKeys[d.TeamID], j.Team.Key), j.Release.Version, j.Candidate.Name
			*list.to = append(*list.to, c)
		}
	}
	return out
}

func evidenceFrom(e headway.Evidence) client.Evidence {
	out := client.Evidence{
		ID: e.ID, CandidateID: e.CandidateID, Kind: string(e.Kind), Format: e.Format, FileName: e.FileName, SHA256: e.SHA256, Size: e.Size,
		Environment: e.Environment, DataGB: e.Conditions.DataGB, Profile: e.Conditions.Profile, Tests: e.Tests, Load: e.Load, Detail: e.Detail, Notes: orEmpty(e.Notes), Outcome: string(e.Outcome), Reasons: orEmpty(e.Reasons),
		AddedAt: e.AddedAt, AddedBy: e.AddedByName,
	}
	for _, a := range e.Attachments {
		out.Attachments = append(out.Attachments, attachmentFrom(a))
	}
	return out
}

func verdictsFrom(vs []headway.Verdict) []client.Verdict {
	out := []client.Verdict{}
	for _, v := range vs {
		out = append(out, client.Verdict{
			Criterion: v.Criterion, Title: v.Title, Kind: string(v.Kind), Outcome: string(v.Outcome), Reason: v.Reason, Evidence: v.Evidence,
			Optional: v.Optional, Waived: v.Waived, WaivedBy: v.WaivedBy,
		})
	}
	return out
}
