package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

// InProgramme is embedded in the input of operations of a programme.
type InProgramme struct {
	Programme string `path:"programme" doc:"Key of the programme"`
}

type artifactIn struct {
	InProgramme
	Stream
	SHA256 string `path:"sha256" doc:"SHA-256 of the content, 64 hexadecimal digits"`
}

type storedOut struct{ Body client.StoredFile }

type newCandidateIn struct {
	InProgramme
	Body client.NewCandidate
}

type shelvedOut struct {
	Status int
	Body   client.Shelved
}

type candidateFileIn struct {
	InProgramme
	Candidate string `path:"candidate" doc:"Id of the candidate"`
	Name      string `path:"name" doc:"Name of the artifact"`
}

func (r *room) candidates() {
	tags := []string{"Shelf"}
	register(r, headway.ShelveCandidate, huma.Operation{
		OperationID: "put-artifact", Method: http.MethodPut, Path: "/programmes/{programme}/artifacts/{sha256}", Tags: tags,
		Summary: "Hand in a file that a candidate is going to name", RequestBody: streamBody("application/octet-stream", "The file, up to 4 GiB"),
	}, func(ctx context.Context, by headway.Actor, in *artifactIn) (*storedOut, error) {
		size, err := r.app.PutArtifact(ctx, by, in.Programme, in.SHA256, in.Content)
		return &storedOut{client.StoredFile{SHA256: in.SHA256, Size: size}}, err
	})
	register(r, headway.ShelveCandidate, huma.Operation{
		OperationID: "shelve-candidate", Method: http.MethodPost, Path: "/programmes/{programme}/candidates", Tags: tags,
		Summary:     "Put a candidate on the shelf",
		Description: "Makes the release's next candidate and its operations backlog. The same content again changes nothing and answers with the candidate that is there.",
		Responses:   map[string]*huma.Response{"200": {Description: "The candidate was there, or this is a preview"}, "201": {Description: "The candidate was shelved"}},
	}, func(ctx context.Context, by headway.Actor, in *newCandidateIn) (*shelvedOut, error) {
		out, err := r.app.ShelveCandidate(ctx, by, in.Programme, shelveOf(in.Body))
		if err != nil {
			return nil, err
		}
		status := http.StatusOK
		if out.Created && !in.Body.Preview {
			status = http.StatusCreated
		}
		return &shelvedOut{status, shelvedFrom(out, in.Body.Preview)}, nil
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-artifact", Method: http.MethodGet, Path: "/programmes/{programme}/candidates/{candidate}/artifacts/{name}", Tags: tags,
		Summary: "Download a file of a candidate, verified against its digest",
	}, func(ctx context.Context, by headway.Actor, in *candidateFileIn) (*huma.StreamResponse, error) {
		a, content, err := r.app.Artifact(ctx, by, in.Programme, in.Candidate, in.Name)
		if err != nil {
			return nil, err
		}
		return attachment(a.Name, a.SHA256, a.Size, content), nil
	})
}

func shelveOf(in client.NewCandidate) app.ShelveCandidate {
	out := app.ShelveCandidate{
		Team: in.Team, Version: in.Version, Commit: in.Commit, Notes: in.Notes, Facts: in.Facts, Fixes: in.Fixes,
		Reason: in.Reason, Hotfix: in.Hotfix, Mends: in.Mends, Preview: in.Preview,
	}
	for _, a := range in.Artifacts {
		out.Artifacts = append(out.Artifacts, headway.Artifact{Name: a.Name, SHA256: a.SHA256})
	}
	return out
}

func shelvedFrom(s app.Shelved, preview bool) client.Shelved {
	out := client.Shelved{
		Created: s.Created, Preview: preview, NewRelease: s.NewRelease, Release: releaseFrom(s.Release, s.Team.Key),
		Candidate: candidateFrom(s.Candidate), Items: []client.ItemChange{}, Rerun: named(s.Rerun, s.Why), Stands: named(s.Stands, s.Why),
		Fixed: defectNames(s.Fixed), OpenDefects: defectNames(s.Open), Voided: orEmpty(s.Voided), MissingFixes: mapped(s.Missing, headway.FixGap.Text),
		ChangedFacts: map[string]client.FactChange{},
	}
	if s.Superseded != nil {
		out.Superseded = s.Superseded.Name
	}
	for _, i := range s.Items {
		item := itemFrom(i.Item)
		item.Team, item.ReleaseName = s.Team.Key, s.Release.Version
		out.Items = append(out.Items, client.ItemChange{Fate: string(i.Fate), Item: item, Reason: i.Reason})
	}
	if s.Impact != nil {
		impact := planImpact(*s.Impact)
		out.Impact = &impact
	}
	out.Owed = mapped(s.Owed, func(o app.HotfixOwed) client.HotfixOwed {
		return client.HotfixOwed{Version: o.Release.Version, Candidate: o.Candidate.Name, Rebase: o.Duty.Rebase, Rerun: texts(o.Duty.Rerun)}
	})
	for k, f := range s.Facts {
		out.ChangedFacts[k] = client.FactChange{Before: f.Before, After: f.After}
	}
	return out
}

func named(ks []headway.Criterion, why map[string]string) []client.Named {
	out := []client.Named{}
	for _, k := range ks {
		out = append(out, client.Named{Key: k.Key, Title: k.Title, Reason: why[k.Key]})
	}
	return out
}

func defectNames(ds []headway.Defect) []string {
	out := []string{}
	for _, d := range ds {
		out = append(out, fmt.Sprintf("D-%d", d.Number))
	}
	return out
}

// orEmpty gives an empty list for none, so that it is encoded as [].
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func candidateFrom(c headway.Candidate) client.Candidate {
	out := client.Candidate{
		ID: c.ID, Name: c.Name, RC: c.RC, State: string(c.State), Commit: c.Commit, Notes: c.Notes, Facts: c.Facts, Artifacts: []client.Artifact{},
		Digest: c.Digest, Supersedes: c.Supersedes, Reason: c.Reason, ShelvedAt: c.ShelvedAt, ShelvedBy: c.ShelvedByName,
	}
	if out.Facts == nil {
		out.Facts = map[string]string{}
	}
	for _, a := range c.Artifacts {
		out.Artifacts = append(out.Artifacts, client.Artifact{Name: a.Name, SHA256: a.SHA256, Size: a.Size})
	}
	return out
}

func releaseFrom(r headway.Release, team string) client.Release {
	return client.Release{
		ID: r.ID, Team: team, Version: r.Version, Component: r.Component, Series: r.Series, State: string(r.State), Hotfix: r.Hotfix, Mends: r.Mends,
		SprintEnd: r.SprintEnd, ShelvedAt: r.ShelvedAt, LiveAt: r.LiveAt, ClosedAt: r.ClosedAt,
	}
}

func planImpact(v app.PlanImpact) client.PlanImpact {
	return client.PlanImpact{
		Status: v.Status, Comparison: planComparison(v.PlanComparison), Before: v.Window.Before, After: v.Window.After,
		Bookings: mapped(v.Bookings, func(b app.BookingMove) client.BookingMove {
			return client.BookingMove{
				Environment: b.Environment, Title: b.Title, Release: b.Release,
				BeforeFrom: b.Before.From, BeforeTo: b.Before.To, AfterFrom: b.After.From, AfterTo: b.After.To,
			}
		}),
		Findings: mapped(v.Findings, func(f headway.Finding) client.Finding {
			f.Release = "" // its text names it
			return finding(f, nil)
		}),
	}
}
