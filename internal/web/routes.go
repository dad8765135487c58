package web

import (
	"net/http"

	"headway"
	"headway/internal/app"
	"headway/internal/auth"
)

// Add puts all pages into the route table and gives the site, whose Fail
// answers what no route takes.
func Add(table *auth.Table, a *app.App, o Options) (*Site, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	ref, err := readReference(o.Spec)
	if err != nil {
		return nil, err
	}
	s := &Site{app: a, assets: files, reference: ref, Options: o}
	for _, r := range s.routes() {
		h := s.limited(r.handler)
		if streams(r.pattern) {
			h = r.handler
		}
		table.Add(auth.Route{Pattern: r.pattern, Policy: r.policy, Handler: h, Fail: s.Fail})
	}
	table.Add(auth.Route{Pattern: "GET /assets/{name}", Policy: headway.Anybody, Handler: s.limited(s.assets.serve), Fail: s.Fail, Unasked: true})
	return s, nil
}

type route struct {
	pattern string
	policy  headway.Action
	handler auth.Handler
}

// routes is the site map.
//
//nolint:funlen // one line a route, read as one table
func (s *Site) routes() []route {
	all := []route{
		{"GET /sign-in", headway.Anybody, s.signInPage},
		{"POST /sign-in", headway.Anybody, s.signIn},
		{"POST /sign-out", headway.Anybody, s.signOut},
		{"GET /first-run", headway.Anybody, s.firstRunPage},
		{"POST /first-run", headway.Anybody, s.firstRun},
		{"GET /api", headway.Anybody, s.referencePage},
		{"POST /theme", headway.Anybody, s.setTheme},
		{"POST /zone", headway.Anybody, s.setZone},

		{"GET /calendar/{feed}", headway.Anybody, s.feedFile},

		{"GET /{$}", headway.SignedIn, s.homePage},
		{"POST /notifications/read", headway.SignedIn, s.readAll},
		{"GET /account", headway.SignedIn, s.accountPage},
		{"POST /account/password", headway.SignedIn, s.changePassword},
		{"POST /account/sessions/end", headway.SignedIn, s.endSessions},
		{"POST /account/tokens", headway.SignedIn, s.addToken},
		{"POST /account/tokens/{token}/revoke", headway.SignedIn, s.revokeToken},
		{"GET /accounts", headway.ManageUsers, s.accountsPage},
		{"POST /accounts", headway.ManageUsers, s.addUser},
		{"POST /accounts/{email}/disable", headway.ManageUsers, s.disableUser},
		{"POST /accounts/{email}/enable", headway.ManageUsers, s.enableUser},
		{"POST /accounts/{email}/password", headway.ManageUsers, s.drawPassword},
		{"GET /programmes/new", headway.CreateProgramme, s.newProgrammePage},
		{"POST /programmes/new", headway.CreateProgramme, s.addProgramme},

		{"GET /p/{programme}", headway.ViewProgramme, s.toPlan},
		{"GET /p/{programme}/plan", headway.ViewProgramme, s.planPage},
		{"POST /p/{programme}/plan/publish", headway.PublishPlan, s.publishPlan},
		{"POST /p/{programme}/plan/take", headway.EditPlan, s.takeChanges},
		{"GET /p/{programme}/plan/compare", headway.ViewProgramme, s.comparePage},
		{"GET /p/{programme}/plan/{file}", headway.ViewProgramme, s.planFile},
		{"POST /p/{programme}/scenarios", headway.EditPlan, s.keepScenario},
		{"POST /p/{programme}/scenarios/{scenario}/{verb}", headway.EditPlan, s.scenarioVerb},

		{"GET /p/{programme}/find", headway.ViewProgramme, s.findPage},

		{"GET /p/{programme}/shelf", headway.ViewProgramme, s.shelfPage},
		{"GET /p/{programme}/shelve", headway.ShelveCandidate, s.shelvePage},
		{"POST /p/{programme}/shelve", headway.ShelveCandidate, s.shelve},
		{"GET /p/{programme}/report", headway.AddEvidence, s.reportPage},
		{"POST /p/{programme}/report", headway.AddEvidence, s.report},

		{"GET /p/{programme}/board", headway.ViewProgramme, s.boardPage},
		{"POST /p/{programme}/items/{item}/move", headway.WorkBacklog, s.moveItem},
		{"POST /p/{programme}/items/{item}/assign", headway.WorkBacklog, s.assignItem},
		{"POST /p/{programme}/interrupts", headway.WorkBacklog, s.logInterrupt},
		{"POST /p/{programme}/interrupts/{interrupt}/remove", headway.WorkBacklog, s.removeInterrupt},

		{"GET /p/{programme}/releases", headway.ViewProgramme, s.releasesPage},
		{"GET /p/{programme}/releases/{release}", headway.ViewProgramme, s.releasePage},
		{"GET /p/{programme}/releases/{release}/record", headway.ViewProgramme, s.closingPage},
		{"GET /p/{programme}/releases/{release}/next", headway.ShelveCandidate, s.nextPage},
		{"GET /p/{programme}/candidates/{candidate}/artifacts/{name}", headway.ViewProgramme, s.artifactFile},
		{"GET /p/{programme}/evidence", headway.ViewProgramme, s.evidenceListPage},
		{"GET /p/{programme}/cycles/new", headway.WorkBacklog, s.newCyclePage},
		{"POST /p/{programme}/cycles", headway.WorkBacklog, s.openCycle},
		{"POST /p/{programme}/cycles/{cycle}/cases/{number}/attachments", headway.WorkBacklog, s.attachToCase},
		{"GET /p/{programme}/cycles/{cycle}/cases/{number}/attachments/{name}", headway.ViewProgramme, s.caseAttachment},
		{"POST /p/{programme}/evidence/{evidence}/attachments", headway.AddEvidence, s.attachToEvidence},
		{"GET /p/{programme}/evidence/{evidence}/attachments/{name}", headway.ViewProgramme, s.evidenceAttachment},
		{"GET /p/{programme}/cycles/{cycle}", headway.ViewProgramme, s.cyclePage},
		{"POST /p/{programme}/cycles/{cycle}/cases/{number}", headway.WorkBacklog, s.recordCase},
		{"GET /p/{programme}/evidence/{evidence}", headway.ViewProgramme, s.evidencePage},
		{"GET /p/{programme}/evidence/{evidence}/file", headway.ViewProgramme, s.evidenceFile},
		{"POST /p/{programme}/mutes", headway.TriageDefect, s.muteCase},
		{"POST /p/{programme}/mutes/{mute}/lift", headway.TriageDefect, s.liftMute},

		{"GET /p/{programme}/trains", headway.ViewProgramme, s.trainsPage},
		{"POST /p/{programme}/trains", headway.EditTrain, s.addTrain},
		{"POST /p/{programme}/trains/{train}", headway.EditTrain, s.changeTrain},

		{"GET /p/{programme}/decisions", headway.ViewProgramme, s.decisionsPage},
		{"POST /p/{programme}/decisions", headway.OpenDecision, s.openDecision},
		{"GET /p/{programme}/decisions/new", headway.OpenDecision, s.newDecisionPage},
		{"GET /p/{programme}/decisions/{decision}", headway.ViewProgramme, s.decisionPage},
		{"GET /p/{programme}/decisions/{decision}/bundle.json", headway.ViewProgramme, s.bundleFile},
		{"POST /p/{programme}/decisions/{decision}/verdict", headway.DecideRelease, s.verdict},
		{"POST /p/{programme}/decisions/{decision}/waive", headway.WaiveCriterion, s.waive},
		{"POST /p/{programme}/decisions/{decision}/override", headway.WaiveCriterion, s.overrideGuard},
		{"POST /p/{programme}/overrides/{override}/withdraw", headway.WaiveCriterion, s.withdrawOverride},
		{"POST /p/{programme}/decisions/{decision}/void", headway.OpenDecision, s.voidDecision},

		{"GET /p/{programme}/deployments", headway.ViewProgramme, s.deploymentsPage},
		{"POST /p/{programme}/deployments", headway.RunDeployment, s.startDeployment},
		{"GET /p/{programme}/rehearsals/new", headway.RunDeployment, s.rehearsalPage},
		{"POST /p/{programme}/rehearsals", headway.RunDeployment, s.startRehearsal},
		{"GET /p/{programme}/deployments/{deployment}", headway.ViewProgramme, s.deploymentPage},
		{"POST /p/{programme}/deployments/{deployment}/stop", headway.StopDeployment, s.controlDeployment("stop", "Stopped.")},
		{"POST /p/{programme}/deployments/{deployment}/resume", headway.RunDeployment, s.controlDeployment("resume", "It goes on.")},
		{"POST /p/{programme}/deployments/{deployment}/roll-back", headway.RunDeployment, s.controlDeployment("roll-back", "Rolling back.")},
		{"POST /p/{programme}/deployments/{deployment}/undo", headway.RunDeployment, s.undoDeployment},
		{"POST /p/{programme}/deployments/{deployment}/abandon", headway.RunDeployment, s.controlDeployment("abandon", "Ended as it is.")},
		{"POST /p/{programme}/deployments/{deployment}/steps/{step}", headway.RunDeployment, s.stepResult},
		{"POST /p/{programme}/stop", headway.StopDeployment, s.setStop},
		{"POST /p/{programme}/stop/lift", headway.StopDeployment, s.liftStop},

		{"GET /p/{programme}/gap", headway.ViewProgramme, s.gapPage},
		{"GET /p/{programme}/work", headway.ViewProgramme, s.workPage},

		{"GET /p/{programme}/teams", headway.ViewProgramme, s.teamsPage},
		{"GET /p/{programme}/teams/{team}", headway.ViewProgramme, s.teamPage},
		{"POST /p/{programme}/teams/{team}/items", headway.WorkTeamBacklog, s.addTeamItem},
		{"POST /p/{programme}/backlog/{number}", headway.WorkTeamBacklog, s.changeTeamItem},

		{"GET /p/{programme}/defects", headway.ViewProgramme, s.defectsPage},
		{"POST /p/{programme}/defects", headway.ReportDefect, s.reportDefect},
		{"POST /p/{programme}/defects/{number}", headway.TriageDefect, s.triageDefect},
		{"POST /p/{programme}/defects/{number}/effort", headway.ReportDefect, s.tellEffort},

		{"GET /p/{programme}/fixes", headway.ViewProgramme, s.fixesPage},
		{"POST /p/{programme}/fixes", headway.TriageDefect, s.noteFix},
		{"POST /p/{programme}/fixes/{number}", headway.TriageDefect, s.markFix},
		{"GET /p/{programme}/incidents", headway.ViewProgramme, s.incidentsPage},
		{"POST /p/{programme}/incidents", headway.ReportDefect, s.openIncident},
		{"POST /p/{programme}/incidents/{number}", headway.TriageDefect, s.moveIncident},

		{"GET /p/{programme}/environments", headway.ViewProgramme, s.environmentsPage},
		{"POST /p/{programme}/environments/{environment}/book", headway.WorkBacklog, s.onEnvironment("book")},
		{"POST /p/{programme}/environments/{environment}/refresh", headway.WorkBacklog, s.onEnvironment("refresh")},
		{"POST /p/{programme}/environments/{environment}/report", headway.AddEvidence, s.onEnvironment("report")},
		{"POST /p/{programme}/bookings/{booking}/cancel", headway.WorkBacklog, s.cancelBooking},

		{"GET /p/{programme}/rework", headway.ViewProgramme, s.reworkPage},
		{"POST /p/{programme}/rework/{team}", headway.EditPlan, s.setReworkBudget},
		{"POST /p/{programme}/rework/{team}/choice", headway.EditPlan, s.chooseRework},
		{"POST /p/{programme}/rework/{team}/choice/back", headway.EditPlan, s.takeReworkBack},

		{"GET /p/{programme}/calendar", headway.ViewProgramme, s.calendarPage},
		{"POST /p/{programme}/calendar/feeds", headway.ViewProgramme, s.addFeed},
		{"POST /p/{programme}/calendar/feeds/{feed}/revoke", headway.ViewProgramme, s.revokeFeed},

		{"GET /p/{programme}/settings", headway.ViewProgramme, s.settingsPage},
		{"GET /p/{programme}/settings/document", headway.ViewProgramme, s.documentPage},
		{"POST /p/{programme}/settings/document", headway.EditProgramme, s.saveDocument},
		{"POST /p/{programme}/settings/freezes/import", headway.EditProgramme, s.importFreezes},
		{"GET /p/{programme}/settings/connections", headway.EditProgramme, s.connectionsPage},
		{"POST /p/{programme}/settings/connections", headway.EditProgramme, s.setConnection},
		{"POST /p/{programme}/settings/connections/{connection}/remove", headway.EditProgramme, s.removeConnection},
		{"GET /p/{programme}/settings/{section}", headway.ViewProgramme, s.sectionPage},
		{"POST /p/{programme}/settings/{section}", headway.EditProgramme, s.saveSection},
		{"POST /p/{programme}/members", headway.ManageMembers, s.setMember},
		{"POST /p/{programme}/absences", headway.EditAbsence, s.addAbsence},
		{"POST /p/{programme}/absences/{absence}/remove", headway.EditAbsence, s.removeAbsence},

		{"GET /p/{programme}/audit", headway.ReadAudit, s.auditPage},
	}
	all = append(all, s.forecastRoutes()...)
	if s.Style {
		all = append(all, route{"GET /style", headway.Anybody, s.stylePage})
	}
	return all
}

// streams tells the forms that carry files: they read their body as it comes
// and bound it themselves.
func streams(pattern string) bool {
	switch pattern {
	case "POST /p/{programme}/shelve", "POST /p/{programme}/report", "POST /p/{programme}/settings/freezes/import", "POST /p/{programme}/cycles",
		"POST /p/{programme}/evidence/{evidence}/attachments", "POST /p/{programme}/cycles/{cycle}/cases/{number}/attachments":
		return true
	}
	return false
}

// forecastRoutes are the pages that say how sure the plan is.
func (s *Site) forecastRoutes() []route {
	return []route{
		{"GET /p/{programme}/forecast", headway.ViewProgramme, s.forecastPage},
		{"GET /p/{programme}/advice", headway.ViewProgramme, s.advicePage},
		{"GET /p/{programme}/queue", headway.ViewProgramme, s.queuePage},
		{"GET /p/{programme}/measures", headway.ViewProgramme, s.measuresPage},
		{"GET /p/{programme}/measures.csv", headway.ViewProgramme, s.measuresFile},
		{"GET /p/{programme}/retrospective", headway.ViewProgramme, s.retrospectivePage},
		{"POST /p/{programme}/experiments", headway.EditPlan, s.startExperiment},
		{"POST /p/{programme}/experiments/{number}", headway.EditPlan, s.concludeExperiment},
	}
}

// limited bounds the body of a form before anything reads it.
func (s *Site) limited(next auth.Handler) auth.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, formLimit)
			if err := r.ParseForm(); err != nil {
				return headway.Errorf(headway.TooLarge, "the form is larger than 1 MiB, or cannot be read")
			}
		}
		return next(w, r)
	}
}

func (s *Site) toPlan(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/p/"+r.PathValue("programme")+"/plan", http.StatusSeeOther)
	return nil
}
