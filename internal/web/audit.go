package web

import (
	"net/http"
	"strconv"
)

const auditPageSize = 100

func (s *Site) auditPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.open(w, r, "audit", "Audit")
	if err != nil {
		return err
	}
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	events, err := s.app.AuditView(r.Context(), p.actor, p.Programme.Key, before)
	if err != nil {
		return err
	}
	return p.show(auditBody(p.Page, events))
}
