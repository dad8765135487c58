package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"headway"
	"headway/client"
	"headway/internal/app"
)

type newDecisionIn struct {
	InProgramme
	Body client.NewDecision
}

// InDecision is embedded in the input of operations about one go/no-go; it is exported because huma fills only exported fields.
type InDecision struct {
	InProgramme
	Decision string `path:"decision" doc:"Id"`
}

type decisionOfIn struct {
	InProgramme
	Team    string `path:"team" doc:"Key"`
	Version string `path:"version"`
}

type voiceIn struct {
	InDecision
	Body client.Voice
}

type voidIn struct {
	InDecision
	Body client.Because
}

type decisionOut struct{ Body client.Decision }

type decisionsOut struct{ Body client.Decisions }

func (r *room) decisions() {
	tags := []string{"Go/no-go"}
	conflict := []int{http.StatusConflict}
	register(r, headway.OpenDecision, huma.Operation{
		OperationID: "open-decision", Method: http.MethodPost, Path: "/programmes/{programme}/decisions", Tags: tags, Errors: conflict, DefaultStatus: http.StatusCreated,
		Summary: "Open a go/no-go about the newest candidate of a release",
	}, func(ctx context.Context, by headway.Actor, in *newDecisionIn) (*decisionOut, error) {
		b := in.Body
		d, err := r.app.OpenDecision(ctx, by, in.Programme, app.OpenDecision{Team: b.Team, Version: b.Version, Candidate: b.Candidate, Environment: b.Environment, From: b.From, Variables: b.Variables})
		if err != nil {
			return nil, err
		}
		return decisionBody(r.app.DecisionView(ctx, by, in.Programme, d.ID))
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "list-decisions", Method: http.MethodGet, Path: "/programmes/{programme}/decisions", Tags: tags,
		Summary: "List the go/no-gos that are open or stand at go",
	}, func(ctx context.Context, by headway.Actor, in *InProgramme) (*decisionsOut, error) {
		all, err := r.app.DecisionsView(ctx, by, in.Programme)
		out := client.Decisions{Decisions: []client.Decision{}}
		for _, v := range all {
			out.Decisions = append(out.Decisions, decisionFrom(v))
		}
		return &decisionsOut{out}, err
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-decision", Method: http.MethodGet, Path: "/programmes/{programme}/decisions/{decision}", Tags: tags,
		Summary: "Show a go/no-go with its criteria, judged now",
	}, func(ctx context.Context, by headway.Actor, in *InDecision) (*decisionOut, error) {
		return decisionBody(r.app.DecisionView(ctx, by, in.Programme, in.Decision))
	})
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-decision-of-release", Method: http.MethodGet, Path: "/programmes/{programme}/teams/{team}/releases/{version}/decision", Tags: tags,
		Summary: "Show the newest go/no-go of a release",
	}, func(ctx context.Context, by headway.Actor, in *decisionOfIn) (*decisionOut, error) {
		return decisionBody(r.app.DecisionOf(ctx, by, in.Programme, in.Team, in.Version))
	})
	register(r, headway.DecideRelease, huma.Operation{
		OperationID: "approve-decision", Method: http.MethodPost, Path: "/programmes/{programme}/decisions/{decision}/approve", Tags: tags, Errors: conflict,
		Summary: "Approve, by the digest that was looked at",
	}, func(ctx context.Context, by headway.Actor, in *voiceIn) (*decisionOut, error) {
		return decisionBody(r.app.ApproveDecision(ctx, by, in.Programme, app.GiveVerdict{Decision: in.Decision, Digest: in.Body.Digest, Note: in.Body.Note, As: headway.Role(in.Body.As)}))
	})
	register(r, headway.DecideRelease, huma.Operation{
		OperationID: "reject-decision", Method: http.MethodPost, Path: "/programmes/{programme}/decisions/{decision}/reject", Tags: tags, Errors: conflict,
		Summary: "Reject with a reason; that is final for the digest",
	}, func(ctx context.Context, by headway.Actor, in *voiceIn) (*decisionOut, error) {
		return decisionBody(r.app.RejectDecision(ctx, by, in.Programme, app.GiveVerdict{Decision: in.Decision, Digest: in.Body.Digest, Note: in.Body.Note, As: headway.Role(in.Body.As)}))
	})
	register(r, headway.OpenDecision, huma.Operation{
		OperationID: "void-decision", Method: http.MethodPost, Path: "/programmes/{programme}/decisions/{decision}/void", Tags: tags, Errors: conflict,
		Summary: "Take back a go/no-go",
	}, func(ctx context.Context, by headway.Actor, in *voidIn) (*decisionOut, error) {
		return decisionBody(r.app.VoidDecision(ctx, by, in.Programme, in.Decision, in.Body.Reason))
	})
}

func (r *room) bundles() {
	tags := []string{"Go/no-go"}
	register(r, headway.ViewProgramme, huma.Operation{
		OperationID: "get-decision-bundle", Method: http.MethodGet, Path: "/programmes/{programme}/decisions/{decision}/bundle", Tags: tags,
		Summary: "Download the record of a go or no-go as a signed bundle (DSSE, in-toto)",
	}, func(ctx context.Context, by headway.Actor, in *InDecision) (*fileOut, error) {
		b, err := r.app.DecisionBundle(ctx, by, in.Programme, in.Decision)
		return &fileOut{"application/json", `attachment; filename="go-no-go.bundle.json"`, b}, err
	})
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "get-signing-key", Method: http.MethodGet, Path: "/signing-key", Tags: tags,
		Summary: "Show the public key by which bundles of this instance verify",
	}, func(context.Context, headway.Actor, *struct{}) (*signingKeyOut, error) {
		return &signingKeyOut{client.SigningKey(r.app.SigningKey())}, nil
	})
}

func (r *room) audit() {
	register(r, headway.SignedIn, huma.Operation{
		OperationID: "get-audit-checkpoint", Method: http.MethodGet, Path: "/audit-checkpoint", Tags: []string{"Instance"},
		Summary: "Download how far the audit log is, signed, to be kept on another machine",
	}, func(ctx context.Context, _ headway.Actor, _ *struct{}) (*fileOut, error) {
		b, err := r.app.AuditCheckpoint(ctx)
		return &fileOut{"application/json", `attachment; filename="audit.checkpoint.json"`, b}, err
	})
}

type signingKeyOut struct{ Body client.SigningKey }

func decisionBody(v app.DecisionView, err error) (*decisionOut, error) {
	if err != nil {
		return nil, err
	}
	return &decisionOut{decisionFrom(v)}, nil
}

func decisionFrom(v app.DecisionView) client.Decision {
	d := v.Decision
	out := client.Decision{
		ID: d.ID, State: string(d.State), Team: v.Team.Key, Version: v.Release.Version, Candidate: v.Candidate.Name, Environment: v.Environment.Key,
		Digest: d.Digest, Snapshot: string(d.Snapshot), Record: string(d.Record), From: d.Span.From, To: d.Span.To,
		NeedsMinutes: int(v.Needs / time.Minute), Outcome: string(v.Outcome), Verdicts: verdictsFrom(v.Verdicts),
		Approvals: []client.Approval{}, Missing: []client.MissingApproval{}, Guards: []client.Guard{},
		Excluded: orNone(v.Excluded), Lacks: lacksOf(v.Lacks), VerdictAs: string(v.VerdictAs), NoVerdict: v.NoVerdict,
		OpenedBy: d.OpenedByName, OpenedAt: d.OpenedAt, ClosedAt: d.ClosedAt,
		VerdictFor: texts(v.VerdictFor), Reason: d.Reason, AskAgain: orNone(d.AskAgain), Successor: v.Successor,
		Changed: []client.Difference{}, Earlier: []client.EarlierDecision{},
	}
	out.Approvals = append(out.Approvals, approvalsFrom(v.Approvals)...)
	for _, c := range v.Changed {
		out.Changed = append(out.Changed, client.Difference(c))
	}
	for _, e := range v.Earlier {
		out.Earlier = append(out.Earlier, client.EarlierDecision{
			ID: e.ID, Candidate: e.Candidate, State: string(e.State), Reason: e.Reason, Rejections: approvalsFrom(e.Rejections), ClosedAt: e.At,
		})
	}
	for _, m := range v.Missing {
		out.Missing = append(out.Missing, client.MissingApproval{Role: string(m.Role), Count: m.Count, People: orNone(m.People)})
	}
	for _, g := range v.Guards {
		out.Guards = append(out.Guards, client.Guard{Rule: g.Rule, Holds: g.Holds, Reason: g.Reason, Lifted: g.Lifted, LiftedBy: texts(g.LiftedBy)})
	}
	if v.Deployment != nil {
		out.Deployment = v.Deployment.ID
	}
	return out
}

func approvalsFrom(given []headway.Approval) []client.Approval {
	out := []client.Approval{}
	for _, a := range given {
		out = append(out, client.Approval{Role: string(a.Role), Name: a.Name, Verdict: string(a.Verdict), Note: a.Note, Digest: a.Digest, At: a.At})
	}
	return out
}

// orNone gives an empty list in place of none, so that it is [] and not null.
func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func lacksOf(lacks []app.Lack) []string {
	out := make([]string, len(lacks))
	for i, l := range lacks {
		out[i] = l.String()
	}
	return out
}
