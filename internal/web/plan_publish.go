package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"headway/internal/app"
	"headway/internal/auth"
)

// publishPlan publishes the draft that was on the page.
func (s *Site) publishPlan(w http.ResponseWriter, r *http.Request) error {
	key, reason := r.PathValue("programme"), strings.TrimSpace(r.PostFormValue("reason"))
	revision, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		revision = 0
	}
	plan, err := s.app.PublishPlan(r.Context(), auth.Actor(r.Context()), key, app.PublishPlan{Revision: revision, Reason: reason})
	if e, ok := refused(err); ok {
		return s.showPlan(w, r, status(e.Kind), publishForm{reason, e}, tryView{})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, "/p/"+key+"/plan", fmt.Sprintf("Plan %d is published. Everybody of the programme is told.", plan.Number))
}
