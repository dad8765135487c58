package web

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
	"headway/internal/web/ui"
)

// decisionsView is what is to be decided, and what could be.
type decisionsView struct {
	Open  []app.DecisionView
	Ready []app.ShelfRow
	Cast  app.Cast
}

func (s *Site) decisionsPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "decisions", "Go/no-go")
	if err != nil {
		return err
	}
	var v decisionsView
	if v.Open, err = s.app.DecisionsView(r.Context(), p.actor, p.Programme.Key); err != nil {
		return err
	}
	shelf, err := s.app.ShelfView(r.Context(), p.actor, p.Programme.Key)
	if err != nil {
		return err
	}
	v.Cast = shelf.Cast
	for _, row := range shelf.Rows {
		if row.DecisionID == "" {
			v.Ready = append(v.Ready, row)
		}
	}
	return p.show(decisionsBody(p.Page, v))
}

func (s *Site) decisionPage(w http.ResponseWriter, r *http.Request) error {
	return s.showDecision(w, r, http.StatusOK, nil)
}

func (s *Site) showDecision(w http.ResponseWriter, r *http.Request, code int, problem *headway.Error) error {
	p, err := s.open(w, r, "decisions", "Go/no-go")
	if err != nil {
		return err
	}
	v, err := s.app.LookAtDecision(r.Context(), p.actor, p.Programme.Key, r.PathValue("decision"))
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/decisions/" + v.Decision.ID))
	p.Held = false // its forms keep nothing, and its state must not stand still
	p.Title = "Go/no-go " + v.Candidate.Name
	return p.showAs(code, decisionBody(p.Page, v, problem))
}

// bundleFile sends the signed record of a go/no-go.
func (s *Site) bundleFile(w http.ResponseWriter, r *http.Request) error {
	b, err := s.app.DecisionBundle(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("decision"))
	if err != nil {
		return err
	}
	return attach(w, "go-no-go.bundle.json", int64(len(b)), io.NopCloser(bytes.NewReader(b)))
}

// verdict takes one person's word, bound to the digest that was on the page.
func (s *Site) verdict(w http.ResponseWriter, r *http.Request) error {
	in := app.GiveVerdict{Decision: r.PathValue("decision"), Digest: r.PostFormValue("digest"), Note: strings.TrimSpace(r.PostFormValue("note")), As: headway.Role(r.PostFormValue("as"))}
	give, text := s.app.ApproveDecision, "Your approval counts."
	switch r.PostFormValue("verdict") {
	case "approve":
	case "reject":
		give, text = s.app.RejectDecision, "Rejected. That is final for this digest."
	default:
		return s.showDecision(w, r, http.StatusUnprocessableEntity, headway.Invalidf("verdict", "choose approve or reject"))
	}
	_, err := give(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), in)
	return s.onDecision(w, r, text, err)
}

func (s *Site) waive(w http.ResponseWriter, r *http.Request) error {
	day, err := headway.ParseDate(r.PostFormValue("until"))
	if err != nil {
		return s.showDecision(w, r, http.StatusUnprocessableEntity, headway.Invalidf("until", "say until which day the waiver holds").WithHint("a waiver ends within 90 days"))
	}
	_, err = s.app.WaiveCriterion(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.WaiveCriterion{
		Team: r.PostFormValue("team"), Candidate: r.PostFormValue("candidate"), Criterion: r.PostFormValue("criterion"),
		Role: headway.Role(r.PostFormValue("role")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
		Expires: day.AddDays(1).In(time.UTC).Add(-time.Second),
	})
	return s.onDecision(w, r, "The criterion is waived for this candidate.", err)
}

func (s *Site) overrideGuard(w http.ResponseWriter, r *http.Request) error {
	_, err := s.app.OverrideGuard(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), app.OverrideGuard{
		Team: r.PostFormValue("team"), Version: r.PostFormValue("version"), Rule: r.PostFormValue("rule"),
		Role: headway.Role(r.PostFormValue("role")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
	})
	return s.onDecision(w, r, "The rule is overridden for this release.", err)
}

// withdrawOverride takes an override back, from the page of its release.
func (s *Site) withdrawOverride(w http.ResponseWriter, r *http.Request) error {
	_, err := s.app.WithdrawOverride(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("override"), strings.TrimSpace(r.PostFormValue("reason")))
	return s.settle(w, r, "/p/"+r.PathValue("programme")+"/releases/"+pathSegment(r.PostFormValue("to")), "The override is withdrawn.", err)
}

func (s *Site) voidDecision(w http.ResponseWriter, r *http.Request) error {
	_, err := s.app.VoidDecision(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("decision"), r.PostFormValue("reason"))
	return s.onDecision(w, r, "Taken back.", err)
}

// onDecision ends a form of a go/no-go: a refusal shows the page as it is now, with why.
func (s *Site) onDecision(w http.ResponseWriter, r *http.Request, text string, err error) error {
	if e, ok := refused(err); ok {
		return s.showDecision(w, r, status(e.Kind), e)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+r.PathValue("programme")+"/decisions/"+r.PathValue("decision"), text)
}

// waiveUntil proposes the day after the window, or a week from now.
func waiveUntil(c ui.Clock, v app.DecisionView) string {
	day := v.Decision.Span.To.AddDate(0, 0, 1)
	if limit := c.Now.AddDate(0, 0, 89); day.After(limit) {
		day = limit
	}
	if day.Before(c.Now) {
		day = c.Now.AddDate(0, 0, 7)
	}
	return dayOf(c, day)
}

func dayOf(c ui.Clock, t time.Time) string {
	if c.Calendar.Zone != nil {
		t = t.In(c.Calendar.Zone)
	}
	return t.Format(time.DateOnly)
}

// waivable gives the role by which the viewer may waive a criterion; empty when none.
func waivable(v app.DecisionView, roles []headway.Role, c headway.Verdict) headway.Role {
	open := v.Decision.State == headway.DecisionOpen || c.Kind.IsGuard() && v.Decision.State == headway.DecisionGo
	if !open || c.Waived || c.Outcome == headway.Pass {
		return ""
	}
	for _, g := range v.Guards {
		if g.Rule != c.Criterion {
			continue
		}
		for _, by := range g.LiftedBy {
			for _, have := range roles {
				if by == have {
					return have
				}
			}
		}
	}
	for _, rule := range v.Snapshot.Gate.Criteria {
		if rule.Key != c.Criterion {
			continue
		}
		for _, by := range rule.WaivedBy {
			for _, have := range roles {
				if by == have {
					return have
				}
			}
		}
	}
	return ""
}

// windowText says when the deployment may start, and how long it needs.
func windowText(c ui.Clock, v app.DecisionView) string {
	s := c.Span(v.Decision.Span)
	switch {
	case v.OpensIn > 0:
		s += ", opens " + c.Relative(v.Decision.Span.From)
	case v.ClosesIn > 0:
		s += ", open for another " + ui.Duration(v.ClosesIn)
	}
	return s + ". The runbook needs " + ui.Duration(v.Needs) + "."
}

func couldApprove(m app.MissingApproval) string {
	if len(m.People) == 0 {
		return "nobody of this role can approve"
	}
	return strings.Join(m.People, ", ")
}

// lackText says what is missing for go.
func lackText(l app.Lack) string {
	if l.Role != "" {
		return ui.Count(l.Count, "approval") + " of " + l.Role.Name()
	}
	return l.Reason
}

// askAgainText lists who had spoken; they are kept as "name (role)".
func askAgainText(spoke []string) string {
	out := slices.Clone(spoke)
	for i, s := range out {
		for _, r := range headway.Roles() {
			if name, ok := strings.CutSuffix(s, " ("+string(r)+")"); ok {
				out[i] = name + " (" + r.Name() + ")"
			}
		}
	}
	return strings.Join(out, ", ")
}
