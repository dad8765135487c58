package web

import (
	"net/http"
	"strconv"
	"strings"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

const deploymentsShown = 40

func (s *Site) deploymentsPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "deployments", "Deployments")
	if err != nil {
		return err
	}
	rows, err := s.app.DeploymentsView(r.Context(), p.actor, p.Programme.Key, deploymentsShown)
	if err != nil {
		return err
	}
	return p.show(deploymentsBody(p.Page, rows, p.frame.Stops))
}

func (s *Site) deploymentPage(w http.ResponseWriter, r *http.Request) error {
	return s.showDeployment(w, r, http.StatusOK, nil)
}

func (s *Site) showDeployment(w http.ResponseWriter, r *http.Request, code int, problem *headway.Error) error {
	p, err := s.open(w, r, "deployments", "Deployment")
	if err != nil {
		return err
	}
	v, err := s.app.DeploymentView(r.Context(), p.actor, p.Programme.Key, r.PathValue("deployment"))
	if err != nil {
		return err
	}
	p.at(p.Programme.Path("/deployments/" + v.Deployment.ID))
	p.Held = false // its forms keep nothing, and its state must not stand still
	p.Title = "Deployment of " + v.Candidate.Name
	return p.showAs(code, deploymentBody(p.Page, v, p.frame.Stops, problem))
}

func (s *Site) startDeployment(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	d, err := s.app.StartDeployment(r.Context(), auth.Actor(r.Context()), key, app.StartDeployment{Decision: r.PostFormValue("decision"), Digest: r.PostFormValue("digest")})
	to := "/p/" + key + "/decisions/" + pathSegment(r.PostFormValue("decision"))
	if err == nil {
		to = "/p/" + key + "/deployments/" + d.ID
	}
	return s.settle(w, r, to, "The deployment has started.", err)
}

// controlDeployment stops, resumes, rolls back or abandons, with a reason.
func (s *Site) controlDeployment(verb, text string) auth.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		by, key, id, reason := auth.Actor(r.Context()), r.PathValue("programme"), r.PathValue("deployment"), strings.TrimSpace(r.PostFormValue("reason"))
		var err error
		switch verb {
		case "stop":
			_, err = s.app.StopDeployment(r.Context(), by, key, id, reason)
		case "resume":
			_, err = s.app.ResumeDeployment(r.Context(), by, key, id, reason)
		case "roll-back":
			_, err = s.app.RollbackDeployment(r.Context(), by, key, id, reason)
		default:
			_, err = s.app.AbandonDeployment(r.Context(), by, key, id, reason)
		}
		return s.onDeployment(w, r, text, err)
	}
}

// undoDeployment takes back what is live, and goes to the run that does.
func (s *Site) undoDeployment(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	back, err := s.app.UndoDeployment(r.Context(), auth.Actor(r.Context()), key, r.PathValue("deployment"), r.PostFormValue("reason"))
	if err != nil {
		return s.onDeployment(w, r, "", err)
	}
	return s.done(w, r, "/p/"+key+"/deployments/"+back.ID, "Its rollback steps run; when they have ended well, what was there before is back.")
}

// stepResult records a manual step, decides an unknown one, or tries again.
func (s *Site) stepResult(w http.ResponseWriter, r *http.Request) error {
	attempt, err := strconv.Atoi(r.PostFormValue("attempt"))
	if err != nil {
		attempt = 0
	}
	in := app.StepResult{
		Deployment: r.PathValue("deployment"), Step: r.PathValue("step"), Attempt: attempt,
		Outcome: headway.Outcome(r.PostFormValue("outcome")), Reason: strings.TrimSpace(r.PostFormValue("reason")),
	}
	do := s.app.FinishManualStep
	switch r.PostFormValue("do") {
	case "decide":
		do = s.app.DecideStep
	case "retry":
		do = s.app.RetryStep
	}
	_, err = do(r.Context(), auth.Actor(r.Context()), r.PathValue("programme"), in)
	return s.onDeployment(w, r, "Recorded.", err)
}

func (s *Site) onDeployment(w http.ResponseWriter, r *http.Request, text string, err error) error {
	if e, ok := refused(err); ok {
		return s.showDeployment(w, r, status(e.Kind), e)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+r.PathValue("programme")+"/deployments/"+r.PathValue("deployment"), text)
}

// setStop and liftStop work the emergency stop of the programme.
func (s *Site) setStop(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	_, err := s.app.SetStop(r.Context(), auth.Actor(r.Context()), key, strings.TrimSpace(r.PostFormValue("reason")))
	return s.settle(w, r, "/p/"+key+"/deployments", "The emergency stop is set. Nothing goes out until it is lifted.", err)
}

func (s *Site) liftStop(w http.ResponseWriter, r *http.Request) error {
	key := r.PathValue("programme")
	err := s.app.LiftStop(r.Context(), auth.Actor(r.Context()), key)
	return s.settle(w, r, "/p/"+key+"/deployments", "The emergency stop is lifted.", err)
}
